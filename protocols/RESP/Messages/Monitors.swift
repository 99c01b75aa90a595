// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// The clients that are shown what all others of a space do: `MONITOR`.
final class Monitors: Sendable {
    private struct State {
        var clients: [Int64: Client] = [:]
        var elsewhere: [ChildID: Int] = [:]
        /// When other children missed how many there are here, in microseconds since 1970.
        var missed: Int64?
    }

    private let space: String
    private let state = Mutex(State())
    private let total = Atomic<Int>(0)

    init(of space: String) {
        self.space = space
    }

    /// Whether anybody looks.
    var isWatched: Bool { total.load(ordering: .relaxed) > 0 }

    /// Shows a client what others do from now on.
    func add(_ client: Client) { change { $0[client.id] = client } }

    /// Ends that.
    func remove(_ client: Client) {
        // Most connections end without ever having looked.
        guard isWatched else { return }
        change { $0[client.id] = nil }
    }

    private func change(_ body: (inout [Int64: Client]) -> Void) {
        state.withLock { state in
            let before = state.clients.count
            body(&state.clients)
            guard state.clients.count != before else { return }
            tell(&state, child: nil)
            count(state)
        }
    }

    private func tell(_ state: inout State, child: ChildID?) {
        let isHeard = Bus.send(.monitors(state.clients.count), of: space, to: child)
        if !isHeard { state.missed = Timestamp.now.microseconds } else if child == nil { state.missed = nil }
    }

    private func count(_ state: borrowing State) {
        total.store(state.clients.count + state.elsewhere.values.reduce(0, &+), ordering: .relaxed)
    }

    // MARK: What is shown

    /// Shows a command to all who look, unless it may have secrets or failed to be one.
    func show(_ arguments: borrowing Arguments, of session: Session, _ client: Client?, at moment: Int64) {
        guard session.mayBeShown(arguments), let client else { return }
        let line = MonitorLine.encode(arguments, database: session.database, address: client.address, moment)
        deliver(line)
        if state.withLock({ !$0.elsewhere.isEmpty }) { Bus.send(.monitored(line), of: space) }
    }

    /// Shows a line to those of this child.
    func deliver(_ line: [UInt8]) {
        let clients = state.withLock { state in
            if let missed = state.missed, Timestamp.now.microseconds &- missed > Bus.pause { tell(&state, child: nil) }
            return Array(state.clients.values)
        }
        for client in clients { _ = client.push(line) }
    }

    // MARK: Other children

    /// Another child has so many now.
    func setMonitors(of child: ChildID, count number: Int) {
        state.withLock { state in
            state.elsewhere[child] = number > 0 ? number : nil
            count(state)
        }
    }

    /// Another child is gone.
    func forget(_ child: ChildID) { setMonitors(of: child, count: 0) }

    /// Tells a child that has just come.
    func introduce(to child: ChildID) {
        state.withLock { state in
            guard !state.clients.isEmpty else { return }
            tell(&state, child: child)
        }
    }
}
