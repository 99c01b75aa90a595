// SPDX-License-Identifier: Apache-2.0
public import Codecs

/// Which codings a client takes: the field `Accept-Encoding`. RFC 9110 §12.5.3.
///
/// Reads any bytes. A member that is not well formed counts as if it were not there: no token in front, a weight that is none,
/// two weights, something behind it. Parameters other than `q` are passed over. Of a coding that is named twice the smaller weight
/// holds, so that a refusal is one wherever it stands. `x-gzip` is `gzip`.
public struct AcceptEncoding: Equatable, Sendable {
    /// What is to be sent.
    public enum Choice: Equatable, Sendable {
        /// This coding.
        case coded(Coding)
        /// The content as it is. The client may have refused that too, and nothing that is left would suit it.
        case plain
    }

    private var zstd: Quality?
    private var br: Quality?
    private var gzip: Quality?
    private var deflate: Quality?
    private var identity: Quality?
    private var others: Quality?

    /// Reads the value of the field; without one, no coding is wanted: what asks for nothing gets what everything understands.
    public init(_ value: String?) {
        guard let value else {
            others = .refused
            identity = .most
            return
        }
        for member in FieldList(value) { read(member) }
    }

    /// How much a coding is wanted.
    public func quality(of coding: Coding) -> Quality { self[coding] ?? others ?? .refused }

    /// Whether the content may be sent as it is: unless that is refused, by name or by `*`.
    public var acceptsPlain: Bool { (identity ?? others ?? .most).isAcceptable }

    /// Chooses what the client wants most; of what it wants equally the first of `order`.
    ///
    /// The content as it is comes last, unless the client names `identity` with a weight above all that is in `order`.
    public func choose(from order: [Coding]) -> Choice {
        var best: (coding: Coding, quality: Quality)?
        for coding in order {
            let quality = quality(of: coding)
            if quality > best?.quality ?? .refused { best = (coding, quality) }
        }
        guard let best, best.quality >= identity ?? .refused else { return .plain }
        return .coded(best.coding)
    }

    /// Reads one member: a coding, and perhaps its weight.
    private mutating func read(_ member: Substring.UTF8View) {
        let (front, parameters) = member.cut(at: UInt8(ascii: ";"))
        let name = front.trimmed
        guard !name.isEmpty, name.allSatisfy(\.isTokenByte), let quality = Self.quality(in: parameters) else { return }
        if name.equalsIgnoringCase("*") {
            others = min(others ?? .most, quality)
        } else if name.equalsIgnoringCase("identity") {
            identity = min(identity ?? .most, quality)
        } else if let coding = Coding(token: name) {
            self[coding] = min(self[coding] ?? .most, quality)
        }
    }

    /// The weight among parameters; `nil` if they are not well formed.
    private static func quality(in parameters: Substring.UTF8View?) -> Quality? {
        var found: Quality?
        var rest = parameters
        while let text = rest {
            let (parameter, behind) = text.cut(at: UInt8(ascii: ";"))
            rest = behind
            let (key, value) = parameter.trimmed.cut(at: UInt8(ascii: "="))
            guard !key.isEmpty, key.allSatisfy(\.isTokenByte) else { return nil }
            guard key.equalsIgnoringCase("q") else { continue }
            guard found == nil, let value, let quality = Quality(value) else { return nil }
            found = quality
        }
        return found ?? .most
    }

    private subscript(coding: Coding) -> Quality? {
        get {
            switch coding {
            case .zstd: zstd
            case .br: br
            case .gzip: gzip
            case .deflate: deflate
            }
        }
        set {
            switch coding {
            case .zstd: zstd = newValue
            case .br: br = newValue
            case .gzip: gzip = newValue
            case .deflate: deflate = newValue
            }
        }
    }
}

/// What a client wants of some codings.
struct Preference: Sendable {
    /// The coding that it gets; `nil` for none.
    var coding: Coding?
    /// Whether the content may be sent as it is.
    var acceptsPlain: Bool

    /// - Parameters:
    ///   - field: The value of `Accept-Encoding`.
    ///   - codings: What may be used, best first.
    init(_ field: String?, among codings: [Coding]) {
        let accepted = AcceptEncoding(field)
        acceptsPlain = accepted.acceptsPlain
        if case .coded(let choice) = accepted.choose(from: codings) { coding = choice }
    }
}
