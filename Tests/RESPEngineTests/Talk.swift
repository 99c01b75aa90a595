// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Streaming

/// A client's talk with a session, from bytes to bytes, with what a server would do beyond it.
final class Talk<Kept: Store> {
    var session: Session
    let store: Kept
    /// The password of each user.
    var passwords: [String: String] = [:]
    /// What came of the last command.
    var action = Action.none
    var isClosed = false
    /// In microseconds since 1970.
    var moment: Int64 = 1_700_000_000_000_000
    private var decoder: RESPDecoder
    private var held: [UInt8] = []

    init(_ rules: SessionRules = SessionRules(), on store: Kept, id: Int64 = 7) {
        session = Session(rules, id: id)
        self.store = store
        decoder = RESPDecoder(rules.limits)
        decoder.isAuthenticated = session.isAuthenticated
    }

    /// Sends a line, and returns the reply; bytes that are no ASCII are the characters of their numbers.
    func say(_ line: String) -> String { send(Array((line + "\r\n").utf8)) }

    /// Sends an array of words.
    func say(words: [[UInt8]]) -> String {
        var writer = ReplyWriter()
        writer.array(words.count)
        for word in words { writer.bulk(word.span) }
        return send(copy(writer.bytes))
    }

    /// Sends bytes.
    func send(_ bytes: [UInt8]) -> String {
        var input = held + bytes
        var replies: [UInt8] = []
        while !isClosed, case .frame(_, let length) = decoder.decode(input.span) {
            var reply = ReplyWriter()
            reply.version = session.version
            action = Self.take(decoder, input.span, &session, moment, store, &reply)
            perform(&reply)
            // Time passes.
            moment += 1000
            decoder.isAuthenticated = session.isAuthenticated
            replies += copy(reply.bytes)
            input.removeFirst(length)
        }
        held = input
        return String(String.UnicodeScalarView(replies.map { UnicodeScalar($0) }))
    }

    private static func take(
        _ decoder: borrowing RESPDecoder, _ frame: Span<UInt8>, _ session: inout Session, _ moment: Int64,
        _ store: Kept, _ reply: inout ReplyWriter
    ) -> Action {
        switch decoder.content {
        case .empty: .none
        case .refused(let problem): session.receive(problem, isEnd: false, &reply)
        case .problem(let problem): session.receive(problem, isEnd: true, &reply)
        case .command: session.receive(decoder.arguments(of: frame), at: moment, on: store, &reply)
        }
    }

    private func perform(_ reply: inout ReplyWriter) {
        switch action {
        case .close: isClosed = true
        case .authenticate(let credentials):
            let isRight =
                passwords.isEmpty
                ? credentials.user == "default" : passwords[credentials.user] == credentials.password
            let next = session.authenticated(credentials, isRight ? .granted : .denied, &reply)
            if next == .close { isClosed = true }
        case .publish:
            session.published(to: 0, &reply)
        default: break
        }
    }
}

extension Talk where Kept == MemoryStore {
    convenience init(_ rules: SessionRules = SessionRules()) {
        self.init(rules, on: MemoryStore(databases: 16, limit: 16 << 20))
    }
}
