// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HTTPD

@Suite("Channels and counters without a server")
struct ServerChannelTests {
    @Test("Nothing is sent, there are no children, and nothing is counted")
    func nothing() {
        let channel = ServerChannel("news")
        let bytes: [UInt8] = [1, 2, 3]
        #expect(channel.send(bytes.span) == .unavailable)
        #expect(ServerChannel.ownChild == nil && ServerChannel.capacity == 0)
        let counter = Counter("pages")
        counter.add(3)
        #expect(counter.value == 0)
        #expect(ServerProcess.id > 0 && ServerProcess.parentID > 0)
        #expect(ServerProcess.startTime == nil && ServerProcess.uptime == .zero && ServerProcess.childCount == 0)
    }

    @Test("A child's number is never 0, and tells who was first")
    func numbers() throws {
        #expect(ChildID(0) == nil)
        let first = try #require(ChildID(9))
        let second = try #require(ChildID(10))
        #expect(first < second && first == ChildID(9) && first.description == "child 9")
    }

    @Test("A receiver gets the bytes, the sender and the news, and what it throws ends with it")
    func receiving() throws {
        let told = Told()
        let receiver = ChannelReceiver(ServerChannel("news")) { event throws(HTTPDError) in
            switch event {
            case .message(let bytes, let child):
                var copy: [UInt8] = []
                for index in bytes.indices { copy.append(bytes[index]) }
                told.add("\(copy) from \(child)")
                throw HTTPDError("of no interest")
            case .joined(let child): told.add("\(child) joined")
            case .left(let child): told.add("\(child) left")
            }
        }
        let child = try #require(ChildID(3))
        receiver.receive(.joined(child))
        let bytes: [UInt8] = [1, 2]
        receiver.receive(.message(bytes.span, from: child))
        receiver.receive(.message([UInt8]().span, from: child))
        receiver.receive(.left(child))
        #expect(told.lines == ["child 3 joined", "[1, 2] from child 3", "[] from child 3", "child 3 left"])
    }

    private final class Told: @unchecked Sendable {
        private(set) var lines: [String] = []
        func add(_ line: String) { lines.append(line) }
    }
}
