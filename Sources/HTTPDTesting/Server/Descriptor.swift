// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// An owned file descriptor, closed at most once.
///
/// Every call into the system that needs a pointer to bytes is here or in `Sockets` and `Spawning`.
final class Descriptor: Sendable {
    private let raw: Atomic<Int32>

    init(_ number: Int32) {
        raw = Atomic(number)
    }

    deinit {
        close()
    }

    /// The number, or -1 once closed.
    var number: Int32 { raw.load(ordering: .acquiring) }

    func close() {
        let old = raw.exchange(-1, ordering: .acquiringAndReleasing)
        if old >= 0 { _ = Glibc.close(old) }
    }

    /// A pipe that no other program inherits.
    static func pipe() throws(HTTPDTestError) -> (reading: Descriptor, writing: Descriptor) {
        // Swift does not see pipe2, so no program may be started between the two steps.
        try Spawning.gate.withLock { _ throws(HTTPDTestError) in
            var ends: [Int32] = [-1, -1]
            // SAFETY: pipe writes exactly two integers, and the array has two.
            guard unsafe Glibc.pipe(&ends) == 0 else { throw .system("pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (Descriptor(ends[0]), Descriptor(ends[1]))
        }
    }

    /// Opens a file that no other program inherits.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws(HTTPDTestError) -> Descriptor {
        // SAFETY: the bridged C string lives for the call, and open keeps nothing.
        let number = unsafe Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw .system("open \(path)") }
        return Descriptor(number)
    }

    func setNonBlocking() {
        let flags = fcntl(number, F_GETFL)
        _ = fcntl(number, F_SETFL, flags | O_NONBLOCK)
    }

    /// What a transfer came to.
    enum Transfer {
        case moved(Int)
        case wouldBlock
        case ended
        case failed(Int32)

        init(_ count: Int, emptyIsEnd: Bool) {
            if count > 0 {
                self = .moved(count)
            } else if count == 0 {
                self = emptyIsEnd ? .ended : .moved(0)
            } else {
                let code = errno
                self = code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code)
            }
        }
    }

    /// Reads into a buffer.
    func read(into buffer: inout [UInt8]) -> Transfer {
        let number = self.number
        // SAFETY: read writes at most the buffer's own count, and keeps no pointer.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            while true {
                let count = unsafe Glibc.read(number, bytes.baseAddress, bytes.count)
                if count >= 0 || errno != EINTR { return count }
            }
        }
        return Transfer(count, emptyIsEnd: true)
    }

    /// Writes the bytes from an offset on; a pipe without a reader is a failure, not a signal.
    func write(_ bytes: [UInt8], from offset: Int) -> Transfer {
        _ = Self.brokenPipesAreErrors
        let number = self.number
        // SAFETY: rebasing checks the offset, and write reads only that slice.
        let count = unsafe bytes.withUnsafeBytes { all in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: all[offset...])
            while true {
                let count = unsafe Glibc.write(number, rest.baseAddress, rest.count)
                if count >= 0 || errno != EINTR { return count }
            }
        }
        return Transfer(count, emptyIsEnd: false)
    }

    /// Ignores SIGPIPE, once per process; programs started from here get the default back.
    private static let brokenPipesAreErrors: Bool = {
        _ = signal(SIGPIPE, SIG_IGN)
        return true
    }()

    /// Waits for events, for so many milliseconds at most; false if none came.
    static func poll(_ entries: inout [pollfd], milliseconds: Int32) -> Bool {
        let count = nfds_t(entries.count)
        // SAFETY: poll updates exactly the entries that the array has.
        return unsafe Glibc.poll(&entries, count, milliseconds) > 0
    }

    /// A whole file, as long as it is now, which works for /proc too; `nil` if it cannot be opened.
    static func contents(of path: String) -> [UInt8]? {
        guard let file = try? open(path, O_RDONLY) else { return nil }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case .moved(let count) = file.read(into: &buffer) { all += buffer[..<count] }
        return all
    }
}

extension HTTPDTestError {
    /// The failure of a system call, from `errno` or a returned code.
    static func system(_ call: String, _ code: Int32 = errno) -> HTTPDTestError {
        HTTPDTestError(.system(code), "\(call): \(reason(code))")
    }

    static func reason(_ code: Int32) -> String {
        // SAFETY: strerror returns a C string that is valid until the next call in this thread; copied at once.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
