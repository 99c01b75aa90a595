// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Synchronization
import Testing

/// Answers lines, and writes down why it was closed.
private struct Clerk: ProtocolHandler {
    struct Options: FilterOptions {
        var pings = Setting(false)
        static var options: [Option<Options>] { Option("pings", \.pings) }
    }

    static let reasons = Mutex<[CloseReason]>([])
    static let handles = Mutex<[ConnectionHandle]>([])

    static var limits: ProtocolLimits {
        var limits = ProtocolLimits()
        limits.firstByte = .seconds(10)
        limits.idle = .seconds(60)
        limits.wholeFrame = .seconds(20)
        limits.write = .seconds(30)
        limits.highWaterMark = 1_000
        limits.lowWaterMark = 500
        limits.largestOutput = 100_000
        limits.largestMailbox = 1_000
        return limits
    }

    var decoder = LineDecoder(maximumLength: 30, unterminated: .isDropped)
    private let pings: Bool
    private var lines = 0

    init?(_ connection: borrowing Connection, options: Options) { pings = options.pings.value }

    mutating func opened(_ context: inout ProtocolContext) { context.write("220\n") }

    mutating func received(_ line: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        lines += 1
        var text = ""
        for index in line.indices { text.unicodeScalars.append(Unicode.Scalar(line[index])) }
        switch text {
        case "QUIT": return .close
        case "THROW":
            context.write("before\n")
            throw HTTPDError("thrown")
        case "HANDLE":
            let handle = context.handle
            Self.handles.withLock { $0.append(handle) }
        case "TIMER": context.schedule(after: .seconds(5), tag: lines)
        case "HUGE": context.write(String(repeating: "x", count: 200_000))
        case "BIG": context.write(String(repeating: "x", count: 600))
        default: context.write("\(lines) \(text)\n")
        }
        return .continue
    }

    mutating func timedOut(_ deadline: Deadline, _ context: inout ProtocolContext) -> Next {
        context.write("421 \(deadline)\n")
        return pings && deadline == .idle ? .continue : .close
    }

    mutating func scheduled(_ tag: Int, _ context: inout ProtocolContext) -> Next {
        context.write("timer \(tag)\n")
        return .continue
    }

    mutating func draining(_ context: inout ProtocolContext) -> Next {
        context.write("draining\n")
        return .continue
    }

    mutating func halfClosed(_ context: inout ProtocolContext) -> Next {
        context.write("bye\n")
        return .close
    }

    mutating func closed(_ reason: CloseReason, _ connection: borrowing Connection) {
        Self.reasons.withLock { $0.append(reason) }
    }

    static func lastReason() -> CloseReason? { reasons.withLock { $0.last } }
}

private enum ClerkPlugin: Plugin {
    static let name: StaticString = "Office"
    static func register(on registry: inout PhaseRegistry) { registry.protocolHandler("Clerk", Clerk.self) }
}

@Suite("A protocol on an embedded connection, with a clock of its own", .serialized)
struct EmbeddedConnectionTests {
    private static func connect(
        _ options: [(key: String, value: String)] = []
    ) throws -> EmbeddedConnection {
        let connection = try EmbeddedConnection(EmbeddedPlugin(ClerkPlugin.self), "Clerk", options: options)
        connection.open()
        #expect(connection.takeText() == "220\n", "the server speaks first")
        return connection
    }

    @Test func linesThatDripInAndLinesThatComeTogetherAreTheSame() throws {
        let connection = try Self.connect()
        for byte in Array("one\r\ntwo\n".utf8) { connection.receive([byte]) }
        #expect(connection.takeText() == "1 one\n2 two\n")
        connection.receive("three\nfour\nfi")
        #expect(connection.takeText() == "3 three\n4 four\n")
        connection.receive("ve\n")
        #expect(connection.takeText() == "5 five\n")
        #expect(!connection.isClosed)
    }

    @Test func anOverlongLineFailsTheConnectionUnlessTheHandlerSaysOtherwise() throws {
        let connection = try Self.connect()
        connection.receive("short\n" + String(repeating: "l", count: 100))
        #expect(connection.takeText() == "1 short\n")
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .failed(HTTPDError("a frame is longer than 32 bytes")))
        #expect(connection.log.map(\.level) == [.error])
    }

    @Test func whatAHandlerWroteBeforeItThrewLeavesAndItsReasonIsLogged() throws {
        let connection = try Self.connect()
        connection.receive("hello\nTHROW\nnever\n")
        #expect(connection.takeText() == "1 hello\nbefore\n")
        #expect(connection.isClosed)
        #expect(connection.log.map(\.text) == ["swift.Clerk (Clerk): thrown"])
    }

    @Test func deadlinesPassByTheClockAndSayGoodbye() throws {
        var connection = try Self.connect()
        #expect(connection.nextDeadline == .seconds(10))
        connection.advance(by: .seconds(9))
        #expect(connection.takeText() == "")
        connection.advance(by: .seconds(1))
        #expect(connection.takeText() == "421 firstByte\n")
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .timedOut(.firstByte))

        connection = try Self.connect()
        connection.receive("a\nb")
        #expect(connection.nextDeadline == .seconds(20))
        connection.advance(by: .seconds(15))
        connection.receive("c")
        #expect(connection.nextDeadline == .seconds(5), "the frame began earlier")
        connection.receive("\n")
        #expect(connection.nextDeadline == .seconds(60))
        #expect(connection.takeText() == "1 a\n2 bc\n")
        connection.advance(by: .seconds(60))
        #expect(connection.takeText() == "421 idle\n")
        #expect(Clerk.lastReason() == .timedOut(.idle))
    }

    @Test func aHandlerThatLivesWithIdlenessIsAskedAgain() throws {
        let connection = try Self.connect([(key: "pings", value: "on")])
        connection.receive("a\n")
        for _ in 0..<3 { connection.advance(by: .seconds(60)) }
        #expect(connection.takeText() == "1 a\n421 idle\n421 idle\n421 idle\n")
        #expect(!connection.isClosed)
    }

    @Test func theAdministratorsDeadlineGoesBeforeTheHandlers() throws {
        let connection = try Self.connect([(key: "firstbyte", value: "250ms"), (key: "idle", value: "off")])
        #expect(connection.nextDeadline == .milliseconds(250))
        connection.receive("a\n")
        #expect(connection.nextDeadline == nil)
    }

    @Test func wrongLimitsAreConfigurationErrors() throws {
        let plugin = try EmbeddedPlugin(ClerkPlugin.self)
        for (key, value, message) in [
            ("idle", "soon", "option 'idle' must be a time such as 30 (seconds), 250ms, 5m, 2h, or off, not 'soon'"),
            ("idle", "0", "option 'idle' must be a time such as 30 (seconds), 250ms, 5m, 2h, or off, not '0'"),
            ("highwater", "0", "option 'highwater' must be from 1 to 1G, not '0'"),
            ("lowwater", "1M", "option 'lowwater' must not be above 'highwater' (1000)"),
            (
                "other", "1",
                "there is no option 'other': choose from pings, handshake, firstbyte, idle, frame, write, connection, "
                    + "highwater, lowwater, mailbox, connections, peraddress, proxy"
            ),
        ] {
            #expect(throws: DirectiveError(message)) {
                _ = try EmbeddedConnection(plugin, "Clerk", options: [(key: key, value: value)])
            }
        }
        #expect(throws: DirectiveError("option 'idle' is given twice: leave one of them out")) {
            _ = try EmbeddedConnection(
                plugin, "Clerk", options: [(key: "idle", value: "1"), (key: "idle", value: "2")])
        }
    }

    @Test func aClientThatTakesNothingStopsTheHandlerAtTheHighWaterMark() throws {
        let connection = try Self.connect()
        connection.stopTaking()
        for _ in 0..<100 { connection.receive("BIG\n") }
        #expect(connection.waitingBytes == 600, "one answer is in the filters, and nothing further is decoded")
        connection.takeAgain()
        #expect(connection.take().count == 60_000)
        #expect(!connection.isClosed)
    }

    @Test func aClientThatTakesNothingForTooLongIsClosed() throws {
        let connection = try Self.connect()
        connection.stopTaking()
        connection.receive("BIG\n")
        connection.advance(by: .seconds(29))
        #expect(!connection.isClosed)
        connection.advance(by: .seconds(1))
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .timedOut(.write))
    }

    @Test func anAnswerBeyondTheLargestOutputFailsTheConnection() throws {
        let connection = try Self.connect()
        connection.receive("HUGE\n")
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .failed(HTTPDError("more than 100000 bytes wait for the client")))
        #expect(connection.take().isEmpty)
    }

    @Test func timersFire() throws {
        let connection = try Self.connect()
        connection.receive("TIMER\nTIMER\n")
        #expect(connection.nextDeadline == .seconds(5))
        connection.advance(by: .seconds(5))
        #expect(connection.takeText() == "timer 1\ntimer 2\n")
    }

    @Test func drainingIsToldToAConnectionThatWaitsAndItsTimeEndsIt() throws {
        let connection = try Self.connect()
        connection.receive("a\n")
        connection.drain(within: .seconds(3))
        #expect(connection.takeText() == "1 a\ndraining\n")
        connection.receive("b\n")
        #expect(connection.takeText() == "2 b\n")
        connection.advance(by: .seconds(3))
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .timedOut(.drain))
    }

    @Test func theEndOfTheClientsSideIsAnsweredAfterItsLastLine() throws {
        let connection = try Self.connect()
        connection.receive("a\nunfinished")
        connection.endInput()
        #expect(connection.takeText() == "1 a\nbye\n")
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .clientEnded)
    }

    @Test func aClientThatGoesAwayInAWriteIsNoError() throws {
        let connection = try Self.connect()
        connection.breakOff()
        connection.receive("a\n")
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .clientGone)
        #expect(connection.log.allSatisfy { $0.level == .debug })
    }

    @Test func aHandlePushesWhileTheConnectionWaitsAndRefusesWhenItIsGone() throws {
        Clerk.handles.withLock { $0 = [] }
        let connection = try Self.connect()
        connection.receive("HANDLE\n")
        let handle = try #require(Clerk.handles.withLock { $0.first })
        #expect(handle.push("pushed 1\n") == .accepted)
        #expect(handle.push("pushed 2\n") == .accepted)
        #expect(connection.takeText() == "")
        connection.settle()
        #expect(connection.takeText() == "pushed 1\npushed 2\n")
        #expect(handle.schedule(after: .seconds(2), tag: 7) == .accepted)
        connection.settle()
        connection.advance(by: .seconds(2))
        #expect(connection.takeText() == "timer 7\n")

        connection.stopTaking()
        var accepted = 0
        while handle.push(String(repeating: "p", count: 100)) == .accepted, accepted < 1_000 {
            accepted += 1
            connection.settle()
        }
        #expect((5...30).contains(accepted), "\(accepted) pushes of 100 bytes, then it is full")
        connection.takeAgain()
        #expect(connection.take().count == accepted * 100)

        #expect(handle.close() == .accepted)
        connection.settle()
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .finished)
        #expect(handle.isClosed)
        #expect(handle.push("late") == .closed)
    }

    @Test func timersOfAHandleBeyondTheMostAreDroppedAndTheLogSaysSo() throws {
        Clerk.handles.withLock { $0 = [] }
        let connection = try Self.connect()
        connection.receive("HANDLE\n")
        let handle = try #require(Clerk.handles.withLock { $0.first })
        for tag in 0..<66 {
            #expect(handle.schedule(after: .seconds(1), tag: tag) == .accepted)
            connection.settle()
        }
        connection.advance(by: .seconds(1))
        #expect(connection.takeText() == (0..<64).map { "timer \($0)\n" }.joined())
        #expect(connection.log.filter { $0.level == .warning }.count == 2)
    }

    @Test func aHandleClosesAConnectionWhoseMailboxIsFull() throws {
        Clerk.handles.withLock { $0 = [] }
        let connection = try Self.connect()
        connection.receive("HANDLE\n")
        let handle = try #require(Clerk.handles.withLock { $0.first })
        connection.stopTaking()
        var text = ""
        while text.count < 100_000, handle.push("a push of no great length\n") == .accepted {
            text += "a push of no great length\n"
            connection.settle()
        }
        #expect(handle.push("a push of no great length\n") == .full)
        for _ in 0..<100 { #expect(handle.close() == .accepted) }
        #expect(handle.push("too late") == .closed)
        #expect(handle.schedule(after: .seconds(1), tag: 1) == .closed)
        connection.settle()
        #expect(!connection.isClosed)
        connection.takeAgain()
        #expect(connection.takeText() == text)
        #expect(connection.isClosed)
        #expect(Clerk.lastReason() == .finished)
    }
}
