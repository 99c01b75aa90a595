// SPDX-License-Identifier: Apache-2.0
public import Codecs
public import HTTPD

/// The value of `CompressCodings`: what may be used, what is liked best first.
public struct CodingList: DirectiveWords, Equatable {
    /// The codings, each once.
    public let codings: [Coding]
    /// What came of the fields of clients: a list that is merged into other sections takes it along.
    private let known = FieldCache<Preference>()

    /// What a client wants that sends this `Accept-Encoding`.
    func preference(of field: Span<UInt8>?) -> Preference {
        guard let field else { return Preference(nil, among: codings) }
        return known.value(of: field) { Preference($0, among: codings) }
    }

    /// Whether the same codings stand in the same order.
    public static func == (left: Self, right: Self) -> Bool { left.codings == right.codings }

    /// A list of each coding at most once.
    public init(_ codings: [Coding]) {
        self.codings = codings
    }

    /// Names of codings, or `none`.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        if words.map({ $0.lowercased() }) == ["none"] {
            codings = []
            return
        }
        guard !words.isEmpty else {
            throw DirectiveError("takes codings, best first: \(Coding.words), or none to send everything as it is")
        }
        var codings: [Coding] = []
        for word in words {
            let coding = try Coding(directiveArgument: word)
            guard !codings.contains(coding) else {
                throw DirectiveError("'\(word)' is named twice: leave one of them out")
            }
            codings.append(coding)
        }
        self.codings = codings
    }
}

/// One line of `CompressLevel`: a coding and a level of its own scale.
public struct CodingLevel: DirectiveWords, Equatable {
    /// The coding.
    public let coding: Coding
    /// The level.
    public let level: Int

    /// A coding and a number.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        guard words.count == 2, let first = words.first, let last = words.last else {
            throw DirectiveError("takes a coding and a level, such as 'gzip 6', not \(words.count) words")
        }
        coding = try Coding(directiveArgument: first)
        level = try Int(directiveArgument: last)
        let range = coding.levels
        guard range.contains(level) else {
            throw DirectiveError(
                "the levels of \(coding.token) go from \(range.lowerBound) to \(range.upperBound), so not '\(last)'")
        }
    }
}

extension Coding {
    /// All names, for errors.
    fileprivate static var words: String { allCases.map(\.token).joined(separator: ", ") }

    /// Reads a name, in any case.
    fileprivate init(directiveArgument text: String) throws(DirectiveError) {
        guard let coding = Coding(token: text[...].utf8) else {
            throw DirectiveError("must be one of \(Self.words), not '\(text)'")
        }
        self = coding
    }
}
