// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// What this child tells the others, and hears of them.
enum Bus {
    private static let channel = ServerChannel("clients")
    /// How long other children get to take what waits for them before they are told anew what they missed, in microseconds.
    static let pause: Int64 = 1_000_000

    static func register(on registry: inout PhaseRegistry) {
        registry.channel(channel) { event in
            switch event {
            case .message(let bytes, from: let child): take(bytes, from: child)
            case .joined(let child):
                for space in Spaces.shared.all {
                    space.subscriptions.introduce(to: child)
                    space.monitors.introduce(to: child)
                }
            case .left(let child):
                for space in Spaces.shared.all {
                    space.subscriptions.forget(child)
                    space.monitors.forget(child)
                }
            }
        }
    }

    /// Tells one child, or all others.
    ///
    /// - Returns: Whether none of them missed it.
    @discardableResult
    static func send(_ message: BusMessage, of space: String, to child: ChildID? = nil) -> Bool {
        let bytes = message.encoded(of: space)
        let outcome = child.map { channel.send(bytes.span, to: $0) } ?? channel.send(bytes.span)
        return outcome != .full && outcome != .tooLarge
    }

    private static func take(_ bytes: Span<UInt8>, from child: ChildID) {
        guard let (name, message) = BusMessage.decode(bytes) else { return }
        let space = Spaces.shared[name]
        switch message {
        case .message(let message, let channel): space.subscriptions.deliver(message, on: channel)
        case .interest(let subscription, let count):
            space.subscriptions.setInterest(of: child, in: subscription, count: count)
        case .nothing: space.subscriptions.forget(child)
        case .monitors(let count): space.monitors.setMonitors(of: child, count: count)
        case .monitored(let line): space.monitors.deliver(line)
        }
    }
}
