// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Free ports of the loopback interface.
enum FreePorts {
    private static let given = Mutex<Set<UInt16>>([])

    /// So many different ports that were free just now, none of which this process has got before.
    ///
    /// Another process may take one before httpd does: whoever starts a server has to be ready to try again.
    static func choose(_ count: Int) throws(HTTPDTestError) -> [UInt16] {
        var held: [Descriptor] = []
        var ports: [UInt16] = []
        for _ in 0..<count + 200 where ports.count < count {
            let socket = try Sockets.make()
            held.append(socket)
            let port = Sockets.bindAnyPort(socket)
            if port != 0, given.withLock({ $0.insert(port).inserted }) { ports.append(port) }
        }
        guard ports.count == count else { throw HTTPDTestError(.startup, "no free ports") }
        return ports
    }
}
