// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPD

/// What a test asks a child to do, by the query of a request.
enum Drive {
    @Sendable static func run(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        request.contentType = .plainText
        let size = number("size", of: request)
        var text = ""
        switch value("do", of: request) ?? "" {
        case "send":
            // From one child to all others, or to one.
            let kind = Note.Kind(rawValue: UInt8(clamping: number("kind", of: request))) ?? .number
            let target = number("to", of: request)
            let child = target > 0 ? known(target) : nil
            var outcomes: [String: Int] = [:]
            for _ in 0..<max(1, number("count", of: request)) {
                outcomes["\(Ledger.send(kind, size: size, to: child))", default: 0] += 1
            }
            for (outcome, count) in outcomes.sorted(by: { $0.key < $1.key }) { text += "\(outcome) \(count)\n" }
        case "wait":
            // Until a message releases it.
            let before = Ledger.state.withLock { $0.releases }
            for _ in 0..<2000 where Ledger.state.withLock({ $0.releases }) == before { usleep(10_000) }
            text = "released \(Ledger.state.withLock { $0.releases } - before), \(Ledger.send(.number, size: 5))\n"
        case "unnamed": text = "\(RelayPlugin.unnamed.send([1].span)) \(RelayPlugin.numbers.name)\n"
        case "large":
            let capacity = ServerChannel.capacity
            let most = [UInt8](repeating: 3, count: capacity)
            let more = [UInt8](repeating: 3, count: capacity + 1)
            text = "\(capacity) \(RelayPlugin.unnamed.send(most.span)) \(RelayPlugin.numbers.send(more.span))\n"
        case "facts":
            text = """
                parent \(ServerProcess.parentID)
                generation \(ServerProcess.generation)
                children \(ServerProcess.childCount)
                uptime \(ServerProcess.uptime.components.seconds)
                mpm \(ServerProcess.mpmName)
                version \(ServerProcess.httpdVersion)
                banner \(ServerProcess.banner)
                port \(request.connection.localPort)
                received \(RelayPlugin.received.value)

                """
        default: text = Ledger.report
        }
        let own = ServerChannel.ownChild.map { "\($0.description.dropFirst(6))" } ?? "none"
        let body = "process \(ServerProcess.id)\nchild \(own)\n" + text
        request.outputHeaders["Content-Length"] = "\(body.utf8.count)"
        try request.write(body)
        return .ok
    }

    /// A child that this one has heard of.
    private static func known(_ number: Int) -> ChildID? {
        if let own = ServerChannel.ownChild, own.description == "child \(number)" { return own }
        return Ledger.state.withLock { state in state.seen.first { $0.description == "child \(number)" } }
    }

    private static func value(_ key: String, of request: borrowing Request) -> String? {
        for pair in (request.queryString ?? "").split(separator: "&") where pair.hasPrefix("\(key)=") {
            return String(pair.dropFirst(key.utf8.count + 1))
        }
        return nil
    }

    private static func number(_ key: String, of request: borrowing Request) -> Int {
        value(key, of: request).flatMap { Int($0) } ?? 0
    }
}
