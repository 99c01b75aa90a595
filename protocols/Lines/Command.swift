// SPDX-License-Identifier: Apache-2.0

/// What a client can ask for: a line whose first word says what, in capitals or not.
public enum Command: Equatable, Sendable {
    /// `HELP`: what there is.
    case help
    /// `TIME`: what time it is.
    case time
    /// `UPPER text`: the text in capitals.
    case upper(String)
    /// `SUBSCRIBE topic`: messages about it, from now on.
    case subscribe(Topic)
    /// `UNSUBSCRIBE topic`: no more of them.
    case unsubscribe(Topic)
    /// `PUBLISH topic text`: a message for all who subscribed.
    case publish(Topic, String)
    /// `AUTH user`: who the client claims to be.
    case authenticate(user: String)
    /// `PASS password`: the proof, all that follows the first space.
    case password(String)
    /// `QUIT`: the end.
    case quit

    /// Reads a line, without its ending.
    ///
    /// - Throws: What to answer to a line that is no command.
    public init(_ line: Span<UInt8>) throws(Reply) {
        let text = try Self.text(line)
        guard !text.isEmpty else { throw .emptyLine }
        // By bytes: a space that an accent follows is no `Character` of its own.
        let end = text.utf8.firstIndex(of: UInt8(ascii: " "))
        let word = text[..<(end ?? text.endIndex)]
        // Capitals of other letters may be ASCII: those of "paß" are PASS.
        guard word.utf8.allSatisfy({ $0 < 0x80 }) else { throw .unknown }
        let verb = word.uppercased()
        let rest = end.map { text[text.utf8.index(after: $0)...] } ?? ""
        switch verb {
        case "HELP": self = try Self.alone(.help, verb, rest)
        case "TIME": self = try Self.alone(.time, verb, rest)
        case "QUIT": self = try Self.alone(.quit, verb, rest)
        case "UPPER": self = .upper(try Self.some(rest, "UPPER needs a text"))
        case "SUBSCRIBE": self = .subscribe(try Self.topic(rest))
        case "UNSUBSCRIBE": self = .unsubscribe(try Self.topic(rest))
        case "PUBLISH": self = try Self.publish(rest)
        case "AUTH": self = try Self.user(rest)
        case "PASS": self = .password(try Self.some(rest, "PASS needs a password"))
        default: throw .unknown
        }
    }

    /// The command for logs: the verb, and what it is about. Never a password, and no text that was not meant for all.
    public var summary: String {
        switch self {
        case .help: "HELP"
        case .time: "TIME"
        case .upper: "UPPER"
        case .subscribe(let topic): "SUBSCRIBE \(topic.name)"
        case .unsubscribe(let topic): "UNSUBSCRIBE \(topic.name)"
        case .publish(let topic, _): "PUBLISH \(topic.name)"
        case .authenticate(let user): "AUTH \(user)"
        case .password: "PASS"
        case .quit: "QUIT"
        }
    }

    /// The line as text, if it is some, and nothing in it controls the terminal of whoever reads it next.
    private static func text(_ line: Span<UInt8>) throws(Reply) -> String {
        let text: String
        do {
            text = String(copying: try UTF8Span(validating: line))
        } catch {
            throw .badUTF8
        }
        for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control && scalar != "\t" {
            throw .controlCharacter
        }
        return text
    }

    private static func alone(_ command: Command, _ verb: String, _ rest: Substring) throws(Reply) -> Command {
        guard rest.utf8.allSatisfy({ $0 == UInt8(ascii: " ") }) else { throw .badArgument("\(verb) stands alone") }
        return command
    }

    private static func some(_ rest: Substring, _ problem: String) throws(Reply) -> String {
        guard !rest.isEmpty else { throw .badArgument(problem) }
        return String(rest)
    }

    private static func topic(_ word: Substring) throws(Reply) -> Topic {
        guard let topic = Topic(word) else {
            throw .badArgument("a topic is up to \(Topic.longestName) letters, digits and -._/ without a space")
        }
        return topic
    }

    private static func publish(_ rest: Substring) throws(Reply) -> Command {
        guard let space = rest.utf8.firstIndex(of: UInt8(ascii: " ")) else {
            throw .badArgument("PUBLISH needs a topic and a text")
        }
        let text = rest[rest.utf8.index(after: space)...]
        return .publish(try topic(rest[..<space]), try some(text, "PUBLISH needs a topic and a text"))
    }

    private static func user(_ rest: Substring) throws(Reply) -> Command {
        let name = try some(rest, "AUTH needs a user")
        guard !name.utf8.contains(UInt8(ascii: " ")) else {
            throw .badArgument("AUTH takes a user and no more; the password comes in a line of its own: PASS password")
        }
        return .authenticate(user: name)
    }
}
