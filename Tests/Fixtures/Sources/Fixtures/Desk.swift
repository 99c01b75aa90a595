// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPD
import Synchronization

/// A line protocol with a command for everything that a protocol can do: `Listen port desk`, or
/// `SwiftProtocol Fixtures.Desk`.
struct Desk: ProtocolHandler {
    struct Options: FilterOptions {
        /// Whether the connection goes on when the client has ended its side.
        var stays = Setting(false)
        /// Whether it goes on when the child ends.
        var lingers = Setting(false)
        /// Whether it goes on when it was idle for too long.
        var pings = Setting(false)
        var banner = Setting("220 desk")
        var maximum = Setting(64)

        static var options: [Option<Options>] {
            Option("stays", \.stays)
            Option("lingers", \.lingers)
            Option("pings", \.pings)
            Option("banner", \.banner)
            Option("maximum", \.maximum, in: 8...65_536)
        }
    }

    static let token: ProtocolToken? = "desk"

    /// Who listens to which topic.
    private static let topics = Mutex<[String: [ConnectionHandle]]>([:])

    var decoder: LineDecoder
    private let options: Options

    init?(_ connection: borrowing Connection, options: Options) {
        decoder = LineDecoder(maximumLength: options.maximum.value, unterminated: .isDropped)
        self.options = options
    }

    mutating func opened(_ context: inout ProtocolContext) {
        context.write(options.banner.value + "\r\n")
    }

    mutating func received(_ line: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        var text = ""
        for index in line.indices { text.unicodeScalars.append(Unicode.Scalar(line[index])) }
        let words = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true).map(String.init)
        let number = words.count > 1 ? Int(words[1]) ?? 0 : 0
        switch words.first {
        case "ECHO": context.write(words.dropFirst().joined(separator: " ") + "\r\n")
        case "BIG":
            context.write(String(repeating: "x", count: max(0, number)) + "\r\n")
        case "SLEEP":
            // What a handler should not do.
            usleep(UInt32(clamping: number * 1_000))
            context.write("250 slept\r\n")
        case "TIMER":
            context.schedule(after: .milliseconds(number), tag: words.count > 2 ? Int(words[2]) ?? 0 : 0)
        case "JOIN":
            let handle = context.handle
            Self.topics.withLock { $0[words.last ?? "", default: []].append(handle) }
            context.write("250 joined\r\n")
        case "SAY":
            let outcomes = tell(words[1]) { $0.push((words.count > 2 ? words[2] : "") + "\r\n") }
            context.write("250 \(outcomes)\r\n")
        case "NUMBERS":
            // As many messages as fit; the client asks again for the rest.
            guard words.count > 2, let first = Int(words[1]) else { break }
            var next = first
            while next < first + 20_000, tell(words[2], { $0.push("\(next)\r\n") }) == "accepted 1" { next += 1 }
            context.write("250 \(next)\r\n")
        case "END": context.write("250 \(tell(words[1]) { $0.close() })\r\n")
        case "DRAINING": context.write("250 \(context.isDraining)\r\n")
        case "LOG": context.logCommand(words.dropFirst().joined(separator: " "), status: 201)
        case "THROW": throw HTTPDError("the desk broke")
        case "QUIT":
            context.write("221 bye\r\n")
            return .close
        default: context.write("500 what?\r\n")
        }
        return .continue
    }

    /// Tells all who listen to a topic something, and says what became of it.
    private func tell(_ topic: String, _ wish: (ConnectionHandle) -> ConnectionHandle.Outcome) -> String {
        let handles = Self.topics.withLock { topics in
            topics[topic]?.removeAll { $0.isClosed }
            return topics[topic] ?? []
        }
        var counts: [String: Int] = [:]
        for handle in handles { counts["\(wish(handle))", default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: " ")
    }

    mutating func overlong(_ context: inout ProtocolContext) -> Next {
        context.write("500 too long\r\n")
        return .continue
    }

    mutating func halfClosed(_ context: inout ProtocolContext) -> Next {
        context.write("221 end\r\n")
        return options.stays.value ? .continue : .close
    }

    mutating func timedOut(_ deadline: Deadline, _ context: inout ProtocolContext) -> Next {
        context.write("421 \(deadline.rawValue)\r\n")
        return options.pings.value && deadline == .idle ? .continue : .close
    }

    mutating func scheduled(_ tag: Int, _ context: inout ProtocolContext) -> Next {
        context.write("250 timer \(tag)\r\n")
        return .continue
    }

    mutating func draining(_ context: inout ProtocolContext) -> Next {
        context.write("421 closing\r\n")
        return options.lingers.value ? .continue : .close
    }

    mutating func closed(_ reason: CloseReason, _ connection: borrowing Connection) {
        connection.log.info("desk closed: \(reason)")
    }
}
