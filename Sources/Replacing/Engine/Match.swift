// SPDX-License-Identifier: Apache-2.0
internal import CPatterns

/// What a rule found, lent for the call that replaces it.
public struct Match: ~Copyable, ~Escapable {
    private let window: Span<UInt8>
    private let start: Int
    private let end: Int
    private let search: cpatterns_search?
    private let pattern: Pattern?

    @_lifetime(copy window)
    init(in window: Span<UInt8>, start: Int, end: Int, _ search: cpatterns_search?, _ pattern: Pattern?) {
        self.window = window
        self.start = start
        self.end = end
        self.search = search
        self.pattern = pattern
    }

    /// All of it.
    public var bytes: Span<UInt8> {
        @_lifetime(copy self)
        get { window.extracting(start..<end) }
    }

    /// What a group found, or `nil` where it took no part; group 0 is all of the match.
    public subscript(group: Int) -> Span<UInt8>? {
        @_lifetime(copy self)
        get {
            if group == 0 { return bytes }
            guard let search, let number = UInt32(exactly: group) else { return nil }
            let found = cpatterns_search_group(search, number)
            guard found.outcome == .found, let end = Int(exactly: found.end), end <= window.count,
                let start = Int(exactly: found.start), start <= end
            else { return nil }
            return window.extracting(start..<end)
        }
    }

    /// What a named group found.
    public subscript(name: String) -> Span<UInt8>? {
        @_lifetime(copy self)
        get {
            guard let group = pattern?.group(named: name) else { return nil }
            return self[group]
        }
    }
}
