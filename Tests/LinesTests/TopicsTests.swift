// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Synchronization
import Testing

@testable import Lines

/// Gives its handle away.
private struct Giver: ProtocolHandler {
    static let given = Mutex<ConnectionHandle?>(nil)
    var decoder = RawDecoder(maximumLength: 8192)

    init?(_ connection: borrowing Connection, options: NoOptions) {}

    mutating func opened(_ context: inout ProtocolContext) {
        let handle = context.handle
        Self.given.withLock { $0 = handle }
    }

    mutating func received(_ bytes: Span<UInt8>, _ context: inout ProtocolContext) -> Next { .close }
}

private enum GiverPlugin: Plugin {
    static let name: StaticString = "Giver"
    static func register(on registry: inout PhaseRegistry) { registry.protocolHandler("Giver", Giver.self) }
}

@Suite("The registry of topics", .serialized)
struct TopicsTests {
    private func connect() throws -> (EmbeddedConnection, ConnectionHandle) {
        let connection = try EmbeddedConnection(try EmbeddedPlugin(GiverPlugin.self), "Giver")
        connection.open()
        return (connection, try #require(Giver.given.withLock { $0 }))
    }

    private func name(_ topic: String, in space: String = "") throws -> Topics.Name {
        Topics.Name(space: space, topic: try #require(Topic(topic)))
    }

    @Test("No more subscriptions than the limit, over all topics and connections; each counts once")
    func limit() throws {
        let topics = Topics()
        let (one, other) = (try connect(), try connect())
        let (first, second) = (topics.makeMember(one.1), topics.makeMember(other.1))
        #expect(topics.add(first, to: try name("a"), limit: 2))
        #expect(topics.add(first, to: try name("a"), limit: 2), "it is there already")
        #expect(topics.add(second, to: try name("b"), limit: 2))
        #expect(!topics.add(second, to: try name("a"), limit: 2))
        #expect(topics.add(second, to: try name("b"), limit: 2), "it is there already")
        topics.remove(second, from: try name("a"))
        #expect(!topics.add(second, to: try name("a"), limit: 2), "there was nothing to remove")
        topics.remove(first, from: try name("a"))
        #expect(!topics.isKnown(try name("a")))
        #expect(topics.add(second, to: try name("a"), limit: 2))
    }

    @Test("Messages go to the topic of the space, and to connections that are there")
    func messages() throws {
        let topics = Topics()
        let (one, other) = (try connect(), try connect())
        #expect(topics.add(topics.makeMember(one.1), to: try name("a", in: "x"), limit: 9))
        #expect(topics.add(topics.makeMember(other.1), to: try name("a", in: "x"), limit: 9))
        #expect(topics.publish(Array("hi".utf8), to: try name("a", in: "y")) == 0)
        #expect(topics.publish(Array("hi".utf8), to: try name("a", in: "x")) == 2)
        one.0.settle()
        #expect(one.0.takeText() == "hi")
        one.0.receive("bye")
        #expect(one.0.isClosed)
        #expect(topics.publish(Array("hi".utf8), to: try name("a", in: "x")) == 1)
    }
}
