// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import RESPEngine
import Streaming

/// Whatever a client sends, each command has its replies and no more, all of them well formed; the store keeps to its
/// limit; and however the stream is cut, the replies are the same.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    let cut = Int(input.byte())
    let stream = flags & 1 == 0 ? Vocabulary.text(input.remaining()) : input.remaining()
    var rules = SessionRules()
    rules.authenticates = flags & 2 != 0
    rules.allowsPasswords = flags & 4 == 0
    rules.mostSubscriptions = 5
    rules.longestReply = 20_000
    rules.settings = { [("maxmemory", "65536"), ("save", "")] }
    if flags & 8 != 0 {
        rules.limits.inlineLength = 40
        rules.limits.bulkLength = 60
        rules.limits.arguments = 6
        rules.limits.commandLength = 128
    }
    if flags & 16 != 0 { _ = rules.commands.rename(.auth, to: "login") }

    let limit = flags & 32 == 0 ? 65_536 : 1000
    let whole = Client(rules, limit).replies(to: [stream[...]])
    let half = Client(rules, limit).replies(to: [stream.prefix(cut), stream.dropFirst(cut)])
    if whole != half { finding("\(whole) whole, \(half) cut at \(cut)") }
    if stream.count < 200, Client(rules, limit).replies(to: stream.indices.map { stream[$0...$0] }) != whole {
        finding("\(whole) whole, not so byte by byte")
    }
    return 0
}

/// A client, and all that a server would do for it.
private final class Client {
    private var session: Session
    private var decoder: RESPDecoder
    private let store: MemoryStore
    private let limit: Int
    private var moment: Int64 = 1_700_000_000_000_000

    init(_ rules: SessionRules, _ limit: Int) {
        session = Session(rules, id: 1)
        decoder = RESPDecoder(rules.limits)
        decoder.isAuthenticated = session.isAuthenticated
        store = MemoryStore(databases: 3, limit: limit)
        self.limit = limit
    }

    func replies(to pieces: [ArraySlice<UInt8>]) -> [UInt8] {
        var replies: [UInt8] = []
        var held: [UInt8] = []
        for piece in pieces {
            held += piece
            while case .frame(_, let length) = decoder.decode(held.span) {
                let before = session.subscriptions
                let wasMonitor = session.isMonitor
                var reply = ReplyWriter()
                reply.version = session.version
                let action = Self.receive(decoder, held.span, &session, moment, store, &reply)
                check(reply.bytes, action, before, wasMonitor, held.span)
                if finish(action, &reply) { return replies + copy(reply.bytes) }
                decoder.isAuthenticated = session.isAuthenticated
                replies += copy(reply.bytes)
                held.removeFirst(length)
                moment += 700_000
                if store.statistics.size > limit { finding("\(store.statistics)") }
            }
        }
        return replies
    }

    private static func receive(
        _ decoder: borrowing RESPDecoder, _ frame: Span<UInt8>, _ session: inout Session, _ moment: Int64,
        _ store: MemoryStore, _ reply: inout ReplyWriter
    ) -> Action {
        switch decoder.content {
        case .empty: return .none
        case .refused(let problem): return session.receive(problem, isEnd: false, &reply)
        case .problem(let problem): return session.receive(problem, isEnd: true, &reply)
        case .command:
            let arguments = decoder.arguments(of: frame)
            if session.mayBeShown(arguments) {
                let line = MonitorLine.encode(arguments, database: session.database, address: "a:1", moment)
                if count(line.span) != 1 { finding("monitored: \(line)") }
            }
            return session.receive(arguments, at: moment, on: store, &reply)
        }
    }

    /// Does what a server does, and returns whether the connection is at its end.
    private func finish(_ action: Action, _ reply: inout ReplyWriter) -> Bool {
        switch action {
        case .close: return true
        case .authenticate(let credentials):
            let verdict = credentials.password == "secret" ? Session.Verdict.granted : .denied
            let before = reply.count
            let next = session.authenticated(credentials, verdict, &reply)
            if before != 0 || count(reply.bytes) != 1 { finding("authenticated: \(copy(reply.bytes))") }
            return next == .close
        case .publish: session.published(to: 0, &reply)
        default: break
        }
        return false
    }

    private func check(
        _ reply: Span<UInt8>, _ action: Action, _ before: Set<Subscription>, _ wasMonitor: Bool, _ frame: Span<UInt8>
    ) {
        let words = decoder.arguments(of: frame).count
        let expected: ClosedRange<Int>
        switch (decoder.content, action, session.command) {
        case (.empty, _, _): expected = 0...0
        case (.command, .authenticate, _), (.command, .publish, _), (.command, .describeServer, _): expected = 0...0
        case (.command, .listClients, _), (.command, .describeClient, _), (.command, .kill, _): expected = 0...0
        case (.command, .monitor, _): expected = wasMonitor ? 0...0 : 1...1
        case (.command, .subscribe(_, isOn: true), _): expected = 1...max(1, words - 1)
        case (.command, .subscribe(let ended, isOn: false), _) where words == 1:
            let most = max(1, ended.count)
            expected = most...most
        case (.command, .subscribe(_, isOn: false), _): expected = (words - 1)...(words - 1)
        default: expected = 1...1
        }
        let found = count(reply)
        if !expected.contains(found) { finding("\(found) replies, not \(expected): \(copy(frame)): \(copy(reply))") }
        if session.subscriptions.count > 5 { finding("\(session.subscriptions)") }
        if !session.isAuthenticated, store.statistics.size > 0 { finding("stored without a password") }
    }
}

/// How many replies there are, each of them whole.
private func count(_ bytes: Span<UInt8>) -> Int {
    var reader = ReplyReader()
    var start = 0
    var count = 0
    do {
        while start < bytes.count {
            let rest = bytes.extracting(start..<bytes.count)
            guard case .frame(_, let length) = try reader.decode(rest) else { finding("half a reply: \(copy(bytes))") }
            _ = try reader.value(of: rest.extracting(0..<length))
            start += length
            count += 1
        }
    } catch {
        finding("\(error): \(copy(bytes))")
    }
    return count
}

private func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
