// SPDX-License-Identifier: Apache-2.0

/// A scheme that a prefix can have.
enum URLScheme: UInt8, Equatable, Sendable {
    /// None, and no host: `/path`.
    case path
    /// None, but a host: `//host/path`.
    case relative
    case http
    case https
    case ws
    case wss
    case ftp

    /// What stands before the colon.
    var name: String {
        switch self {
        case .path, .relative: ""
        case .http: "http"
        case .https: "https"
        case .ws: "ws"
        case .wss: "wss"
        case .ftp: "ftp"
        }
    }

    /// The port of those that name none.
    var port: UInt32? {
        switch self {
        case .path, .relative: nil
        case .http, .ws: 80
        case .https, .wss: 443
        case .ftp: 21
        }
    }
}

/// A prefix as an administrator writes it, taken apart: scheme, host and port in one notation, and a path without the
/// slash at its end.
struct URLPrefix: Equatable, Sendable {
    var scheme = URLScheme.path
    /// In small letters.
    var host: [UInt8] = []
    /// `nil` for the scheme's own.
    var port: UInt32?
    /// Empty, or begins with a slash and does not end in one.
    var path: [UInt8] = []
    /// Whether a slash ended the path.
    var endsInSlash = false
    /// All of it but that slash, as it was written.
    var bare: [UInt8] = []

    /// Reads a prefix; throws a sentence.
    init(_ text: String) throws(Refusal) {
        var bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw Refusal("the prefix is empty") }
        for byte in bytes { try Self.check(byte) }
        if bytes.last == UInt8(ascii: "/") {
            endsInSlash = true
            bytes.removeLast()
        }
        bare = bytes
        let span = bytes.span
        var index = 0
        if let named = URLScheme(of: span) {
            index = named.name.utf8.count + 1
            // `http://` has lost a slash already.
            guard span.at(index) == 0x2F, span.at(index + 1) == 0x2F else {
                throw Refusal("there is no host behind the scheme")
            }
            scheme = named
            index += 2
        } else if span.at(0) == 0x2F, span.at(1) == 0x2F || (bytes.count == 1 && endsInSlash) {
            scheme = .relative
            index = 2
        } else {
            guard bytes.isEmpty || span.at(0) == 0x2F else {
                throw Refusal(
                    "a prefix begins with http://, https://, ws://, wss://, ftp://, // or /, and '\(text)' does not")
            }
            path = bytes
            try checkPath()
            return
        }
        let end = span.first(0x2F, from: index)
        guard let authority = Authority(span.part(Range(index, to: end)), scheme: scheme) else {
            throw Refusal("the host is no host name or address, with or without a port")
        }
        for place in authority.host {
            let byte = span.at(index + place).lowercased
            guard byte < 0x80, byte != UInt8(ascii: "%") else {
                throw Refusal("the host is not in ASCII; write its xn-- form")
            }
            host.append(byte)
        }
        port = authority.port
        if end < bytes.count { path = Array(bytes[end...]) }
        try checkPath()
    }

    /// What is wrong.
    struct Refusal: Error {
        let message: String

        init(_ message: String) {
            self.message = message
        }
    }

    /// `//` at the end would be a part of the path without a name; nobody means it.
    private func checkPath() throws(Refusal) {
        if path.last == 0x2F { throw Refusal("the path ends in more than one slash") }
    }

    /// Holds what has no place in a URL, or means an end in one of the languages that it is written into.
    private static func check(_ byte: UInt8) throws(Refusal) {
        switch byte {
        case 0...0x1F, 0x7F: throw Refusal("the prefix has a control character")
        case 0x20: throw Refusal("the prefix has a space")
        case UInt8(ascii: "?"), UInt8(ascii: "#"): throw Refusal("the prefix goes beyond the path: '?' or '#'")
        case UInt8(ascii: "@"): throw Refusal("the prefix has a user's name, or '@', which is written as %40")
        case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"):
            let character = Character(Unicode.Scalar(byte))
            throw Refusal("the prefix has '\(character)', which a URL has in percent-encoded form only")
        default: break
        }
    }
}

/// The part of a URL between `//` and the path.
struct Authority {
    /// Where the host is in it.
    var host: Range<Int>
    /// Its port; `nil` if it has none, or the scheme's own.
    var port: UInt32?

    /// Reads it; `nil` if it has no host, or a user's name, or a port that is none.
    init?(_ bytes: Span<UInt8>, scheme: URLScheme) {
        var colon = bytes.count
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "@"): return nil
            case UInt8(ascii: ":"): colon = index
            // The colons of an address of version 6.
            case UInt8(ascii: "]"): colon = bytes.count
            default: break
            }
        }
        guard colon > 0 else { return nil }
        host = Range(0, to: colon)
        var number: UInt32 = 0
        var index = colon &+ 1
        guard index < bytes.count else { return }
        while index < bytes.count {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            number = number &* 10 &+ UInt32(digit)
            guard number <= 65535 else { return nil }
            index &+= 1
        }
        port = number == scheme.port ? nil : number
    }
}
