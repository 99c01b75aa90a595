// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPD
import Synchronization

/// What this child was told by its channel, and what it sent.
enum Ledger {
    struct Sender {
        var count = 0
        var bytes = 0
        var last: UInt64 = 0
        var gaps = 0
        var disorders = 0
        var broken = 0
    }

    struct State {
        /// In the order in which it was told: +1 for child 1 that joined, -1 for one that left.
        var events: [String] = []
        var present: Set<ChildID> = []
        /// Whoever ever joined.
        var seen: Set<ChildID> = []
        var strangers = 0
        var releases = 0
        var senders: [ChildID: Sender] = [:]
        var next: UInt64 = 1
    }

    static let state = Mutex(State())

    static func receive(_ event: ServerChannel.Event) throws(HTTPDError) {
        switch event {
        case .joined(let child):
            state.withLock {
                $0.events.append("+\(child.description.dropFirst(6))")
                $0.present.insert(child)
                $0.seen.insert(child)
            }
        case .left(let child):
            state.withLock {
                $0.events.append("-\(child.description.dropFirst(6))")
                $0.present.remove(child)
            }
        case .message(let bytes, let sender):
            RelayPlugin.received.add()
            let count = bytes.count
            guard let note = Note.read(bytes) else { throw HTTPDError("a message of \(count) bytes that is none") }
            switch note.kind {
            case .number: break
            case .release: state.withLock { $0.releases += 1 }
            case .failure: throw HTTPDError("thrown by the test")
            case .question: send(.number, size: 10, to: sender)
            case .nap: usleep(1_500_000)
            }
            state.withLock { state in
                if !state.present.contains(sender), sender != ServerChannel.ownChild { state.strangers += 1 }
                var entry = state.senders[sender] ?? Sender()
                entry.count += 1
                entry.bytes += count
                if note.number <= entry.last { entry.disorders += 1 }
                if entry.last > 0, note.number > entry.last + 1 { entry.gaps += 1 }
                if !note.isWhole { entry.broken += 1 }
                entry.last = note.number
                state.senders[sender] = entry
            }
        }
    }

    /// Numbers a message and sends it, so that no thread of the child sends a later one before it.
    @discardableResult
    static func send(_ kind: Note.Kind, size: Int, to child: ChildID? = nil) -> ServerChannel.Outcome {
        state.withLock { state in
            let note = Note.make(kind, state.next, size: size)
            state.next += 1
            if let child { return RelayPlugin.numbers.send(note.span, to: child) }
            return RelayPlugin.numbers.send(note.span)
        }
    }

    /// One line per fact.
    static var report: String {
        state.withLock { state in
            var lines = ["events \(state.events.joined(separator: " "))", "strangers \(state.strangers)"]
            for (child, sender) in state.senders.sorted(by: { $0.key < $1.key }) {
                lines.append(
                    "from \(child.description.dropFirst(6)) \(sender.count) \(sender.bytes) gaps \(sender.gaps) "
                        + "disorders \(sender.disorders) broken \(sender.broken)")
            }
            return lines.joined(separator: "\n") + "\n"
        }
    }
}
