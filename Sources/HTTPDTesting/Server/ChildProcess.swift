// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// How a process ended.
public enum ProcessExit: Sendable, Equatable, CustomStringConvertible {
    /// It returned this status.
    case status(Int32)
    /// This signal ended it.
    case signal(Int32)

    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .status((waitStatus >> 8) & 0xff) : .signal(signal)
    }

    /// As a shell shows it: the status, or 128 plus the signal's number.
    public var code: Int32 {
        switch self {
        case .status(let status): status
        case .signal(let signal): 128 + signal
        }
    }

    /// In words.
    public var description: String {
        switch self {
        case .status(let status): "exited with status \(status)"
        case .signal(let signal): "killed by signal \(signal)"
        }
    }
}

/// A started program, leader of a process group of its own.
final class ChildProcess: Sendable {
    let pid: Int32
    private let ended = Mutex<ProcessExit?>(nil)

    init(pid: Int32) {
        self.pid = pid
    }

    /// How it ended, or `nil` while it runs; reaps it.
    func exit() -> ProcessExit? {
        ended.withLock { ended in
            if let known = ended { return known }
            var status: Int32 = 0
            // SAFETY: waitpid writes one integer.
            let result = unsafe waitpid(pid, &status, WNOHANG)
            if result == pid {
                ended = ProcessExit(waitStatus: status)
            } else if result < 0, errno == ECHILD {
                ended = .status(-1)  // somebody else reaped it
            }
            return ended
        }
    }

    /// Waits for the end; `nil` when the time runs out first.
    func wait(atMost limit: Duration) -> ProcessExit? {
        _ = Waiting.poll(atMost: limit) { exit() != nil }
        return exit()
    }

    /// Sends a signal to the process, unless it has ended.
    func send(_ signal: Int32) {
        if exit() == nil { _ = kill(pid, signal) }
    }

    /// Sends a signal to what is left of the group; false if nothing is.
    @discardableResult
    func sendToGroup(_ signal: Int32) -> Bool {
        kill(-pid, signal) == 0
    }
}

/// Waiting by looking again and again.
enum Waiting {
    /// Looks until the condition holds, more slowly as time goes by; false when the time runs out.
    static func poll<E: Error>(atMost limit: Duration, _ condition: () throws(E) -> Bool) throws(E) -> Bool {
        let deadline = ContinuousClock.now + limit
        var pause: UInt32 = 200
        while true {
            if try condition() { return true }
            if ContinuousClock.now >= deadline { return try condition() }
            _ = usleep(pause)
            pause = min(pause * 2, 20_000)
        }
    }
}
