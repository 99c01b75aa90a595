// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A tiny process that ends the server if the test process dies without having done so.
///
/// It reads from a pipe that only the test process holds. A word means that all is well; the pipe's end means
/// that the test process is gone, whichever way, and that the server's process group has to go too.
final class Watchdog: Sendable {
    private let process: ChildProcess
    private let pipe: Descriptor

    init(group: Int32, root: String) throws(HTTPDTestError) {
        let ends = try Descriptor.pipe()
        let null = try Descriptor.open("/dev/null", O_RDWR)
        let removal = ServerRoot.keeps ? ":" : "rm -rf \"$2\""
        let script = """
            cd /
            trap '' INT TERM HUP QUIT
            read -r word && exit 0
            kill -s TERM -- "-$1" 2>/dev/null; sleep 1; kill -s KILL -- "-$1" 2>/dev/null; \(removal)
            """
        process = try Spawning(
            program: "/bin/sh", arguments: ["-c", script, "httpd-watchdog", String(group), root],
            standardInput: ends.reading.number, standardOutput: null.number, standardError: null.number
        ).start()
        pipe = ends.writing
    }

    /// Sends the watchdog home; the server has ended.
    func dismiss() {
        _ = pipe.write(Array("done\n".utf8), from: 0)
        pipe.close()
        if process.wait(atMost: .seconds(5)) == nil {
            process.sendToGroup(SIGKILL)
            _ = process.wait(atMost: .seconds(5))
        }
    }
}
