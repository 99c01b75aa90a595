// SPDX-License-Identifier: Apache-2.0

/// What a client gets for a line: a number for programs, and a sentence for people, as in SMTP and FTP. RFC 5321 §4.2.
///
/// 2xx: done. 3xx: go on. 4xx: not now. 5xx: not like this. All lines of a reply but the last have a hyphen behind the
/// number.
public struct Reply: Error, Equatable, Sendable {
    /// The number.
    public let code: Int
    /// The sentences, one a line; at least one.
    public let lines: [String]

    /// A reply of one line, or of several.
    public init(_ code: Int, _ first: String, _ others: String...) {
        self.code = code
        lines = [first] + others
    }

    private init(_ code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }

    /// What is sent.
    public var text: String {
        var text = ""
        for (index, line) in lines.enumerated() {
            text += "\(code)\(index == lines.count - 1 ? " " : "-")\(line)\r\n"
        }
        return text
    }
}

extension Reply {
    /// The status that HTTP has for the like, for access logs.
    var httpStatus: Int {
        switch code {
        case ..<400: 200
        case ..<500: 503
        case 530, 535, 538: 401
        default: 400
        }
    }
}

// MARK: What goes well

extension Reply {
    static func banner(_ host: String) -> Reply {
        Reply(220, "\(host.isEmpty ? "" : host + " ")Lines is ready; try HELP")
    }
    static let goodbye = Reply(221, "goodbye")
    static func done(_ text: String) -> Reply { Reply(250, text) }
    static func published(to count: Int) -> Reply { Reply(250, "\(count) got it") }
    static let authenticated = Reply(235, "you are who you say")
    static let password = Reply(334, "send PASS and the password")

    static func help(withAuthentication: Bool) -> Reply {
        var lines = [
            "HELP                this",
            "TIME                what time it is, in UTC",
            "UPPER text          the text in capitals",
            "SUBSCRIBE topic     messages about it, each in a line: * topic text",
            "UNSUBSCRIBE topic   no more of them",
            "PUBLISH topic text  a message for all who subscribed",
        ]
        if withAuthentication { lines += ["AUTH user           who you are; then PASS password"] }
        return Reply(214, lines: lines + ["QUIT                the end"])
    }
}

// MARK: What does not

extension Reply {
    static let draining = Reply(421, "the server goes away; come back soon")
    static let idle = Reply(421, "nothing was sent for too long")
    static let tooSlow = Reply(421, "the line took too long")
    static let outOfTime = Reply(421, "the time is up")
    static let tooManyFailures = Reply(421, "too many failures")
    static let noVerdict = Reply(454, "nobody can be authenticated at the moment")
    static let tooManyTopics = Reply(452, "too many topics: UNSUBSCRIBE one first")
    static let noRoom = Reply(452, "the server has too many subscribers")

    static let emptyLine = Reply(500, "the line is empty; try HELP")
    static let overlong = Reply(500, "the line is too long, and was not read")
    static let badUTF8 = Reply(501, "the line is not UTF-8")
    static let controlCharacter = Reply(501, "the line contains a control character")
    static func badArgument(_ problem: String) -> Reply { Reply(501, problem) }
    static let unknown = Reply(502, "there is no such command; try HELP")
    static let noAuthentication = Reply(502, "nobody has to authenticate here")
    static let noUser = Reply(503, "AUTH comes first")
    static let alreadyAuthenticated = Reply(503, "you did that already")
    static let authenticationRequired = Reply(530, "AUTH comes first")
    static let authenticationFailed = Reply(535, "this is not so")
    static let encryptionRequired = Reply(538, "only over TLS: the password would be readable")
}
