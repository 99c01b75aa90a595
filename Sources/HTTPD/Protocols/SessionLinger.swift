// SPDX-License-Identifier: Apache-2.0

/// Whether it pays to wait a little for the client's next bytes before the connection goes back to the MPM.
///
/// The way through the MPM's listener and back costs more than all else for a client that answers at once; for one that
/// does not, a thread would be held for nothing. So what the client did last decides.
struct SessionLinger {
    /// How long to wait.
    static let time = Duration.milliseconds(2)

    /// Whether the client's last bytes came within the time.
    private(set) var pays = true
    private var parked: Moment?

    /// A wait is over.
    mutating func ended(_ isReadable: Bool) { pays = isReadable }

    /// The connection goes back to the MPM.
    mutating func parked(_ now: Moment) { parked = now }

    /// The MPM runs the connection.
    mutating func resumed(_ now: Moment) {
        if let parked { pays = now <= parked.advanced(by: Self.time) }
        parked = nil
    }
}
