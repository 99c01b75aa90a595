// SPDX-License-Identifier: Apache-2.0

/// The first of what several matchers found.
struct Next {
    /// Who found it.
    enum Source {
        case set(Int)
        case single(Int)
    }

    private var found: Found?
    private(set) var source = Source.set(0)
    /// The first that may become a match when more is seen.
    private(set) var cut: Cut?

    /// Takes what one more has found.
    @inline(__always)
    mutating func consider(_ other: Found?, _ otherCut: Cut?, from source: Source) {
        if let other, found.map({ (other.begun, other.rule) < ($0.begun, $0.rule) }) ?? true {
            found = other
            self.source = source
        }
        if let otherCut, cut.map({ (otherCut.start, otherCut.rule) < ($0.start, $0.rule) }) ?? true { cut = otherCut }
    }

    /// The first match, unless something that comes before it is not decided.
    var decided: Found? {
        guard let found else { return nil }
        if let cut, (cut.start, cut.rule) < (found.begun, found.rule) { return nil }
        return found
    }
}
