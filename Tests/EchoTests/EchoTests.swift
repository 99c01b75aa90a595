// SPDX-License-Identifier: Apache-2.0
import Echo
import HTTPD
import HTTPDTesting
import Testing

@Suite("The echo protocol over an embedded connection")
struct EchoTests {
    @Test(arguments: [true, false])
    func whatComesIsSentBack(isAsynchronous: Bool) throws {
        let plugin = try EmbeddedPlugin(EchoPlugin.self)
        #expect(plugin.protocols == ["Echo"])
        let pieces = ["hello\r\n", "a", "\u{0}\u{ff}", String(repeating: "long ", count: 30_000)].map { Array($0.utf8) }
        let connection = try EmbeddedConnection(plugin, "Echo", pieces: pieces, isAsynchronous: isAsynchronous)
        let waits = try #require(connection.run())
        #expect(connection.sent == pieces.flatMap(\.self))
        #expect(connection.log.isEmpty)
        // One wait in the MPM before each piece, or none where a thread blocks.
        #expect(isAsynchronous ? waits >= pieces.count : waits == 0)
    }

    @Test func aClientThatSendsNothing() throws {
        let plugin = try EmbeddedPlugin(EchoPlugin.self)
        let connection = try EmbeddedConnection(plugin, "Echo", pieces: [], isAsynchronous: true)
        #expect(connection.run() == 0)
        #expect(connection.sent.isEmpty)
    }

    @Test func unknownProtocolsAndOptionsAreErrors() throws {
        let plugin = try EmbeddedPlugin(EchoPlugin.self)
        #expect(throws: DirectiveError("there is no 'Other': choose from Echo")) {
            _ = try EmbeddedConnection(plugin, "Other", pieces: [], isAsynchronous: true)
        }
        let message =
            "there is no option 'x': choose from mode, maximum, handshake, firstbyte, idle, frame, write, connection, "
            + "highwater, lowwater, mailbox, connections, peraddress, proxy"
        #expect(throws: DirectiveError(message)) {
            _ = try EmbeddedConnection(
                plugin, "Echo", options: [(key: "x", value: "y")], pieces: [], isAsynchronous: true)
        }
    }
}
