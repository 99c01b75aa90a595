// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// A plain TCP client of the loopback interface, for everything that an HTTP client would not do.
///
/// All calls block, each with a time limit. One thread may send while another receives.
public final class RawClient: Sendable {
    private let socket: Descriptor
    private let pending = Mutex<[UInt8]>([])
    private let timeout: Duration

    /// Connects to a port.
    /// - Parameters:
    ///   - address: the address that the port is one of.
    ///   - timeout: the limit of every call that does not name its own.
    ///   - receiveBuffer: the size of the kernel's buffer; a small one makes a slow reader.
    public init(
        _ address: Loopback = .standard, port: UInt16, timeout: Duration = .seconds(10), receiveBuffer: Int? = nil
    ) throws(HTTPDTestError) {
        self.timeout = timeout
        socket = if case .v6 = address { try Sockets.make(AF_INET6) } else { try Sockets.make() }
        if let receiveBuffer {
            Sockets.set(socket, level: SOL_SOCKET, option: SO_RCVBUF, to: Int32(clamping: receiveBuffer))
        }
        Sockets.set(socket, level: Int32(IPPROTO_TCP), option: TCP_NODELAY, to: 1)
        socket.setNonBlocking()
        var code = Sockets.connect(socket, to: port, at: address)
        if code == EINPROGRESS {
            try expect(POLLOUT, until: .now + timeout, "connect to port \(port)")
            code = Sockets.pendingError(socket)
        }
        guard code == 0 else { throw .system("connect to port \(port)", code) }
    }

    /// The port of this end.
    public var localPort: UInt16 { Sockets.localPort(socket) }

    // MARK: Sending

    /// Sends all bytes.
    public func send(_ bytes: [UInt8], timeout: Duration? = nil) throws(HTTPDTestError) {
        let deadline = ContinuousClock.now + (timeout ?? self.timeout)
        var offset = 0
        while offset < bytes.count {
            switch socket.write(bytes, from: offset) {
            case .moved(let count): offset += count
            case .wouldBlock: try expect(POLLOUT, until: deadline, "send (\(offset) of \(bytes.count) bytes done)")
            case .ended: throw .system("send", EPIPE)
            case .failed(let code): throw Self.failure("send", code)
            }
        }
    }

    /// Sends a text as UTF-8.
    public func send(_ text: String, timeout: Duration? = nil) throws(HTTPDTestError) {
        try send(Array(text.utf8), timeout: timeout)
    }

    /// Tells the server that nothing more will be sent; receiving goes on.
    public func shutdownWrite() {
        _ = shutdown(socket.number, Int32(SHUT_WR))
    }

    // MARK: Receiving

    /// Receives what comes next; empty when the server has closed its side.
    ///
    /// Throws an error of kind `timeout` when nothing came, and of kind `connectionReset` for a reset.
    public func receive(upTo limit: Int = 65_536, timeout: Duration? = nil) throws(HTTPDTestError) -> [UInt8] {
        let early = pending.withLock { pending in
            let head = Array(pending.prefix(limit))
            pending.removeFirst(head.count)
            return head
        }
        if !early.isEmpty { return early }
        return try read(upTo: limit, until: .now + (timeout ?? self.timeout))
    }

    /// Receives exactly so many bytes; throws if the connection ends before.
    public func receive(exactly count: Int, timeout: Duration? = nil) throws(HTTPDTestError) -> [UInt8] {
        try receive(timeout) { $0.count >= count ? count : nil }
    }

    /// Receives up to and including a delimiter; what follows it stays for the next call.
    public func receive(through delimiter: [UInt8], timeout: Duration? = nil) throws(HTTPDTestError) -> [UInt8] {
        var searched = 0
        return try receive(timeout) { bytes in
            while searched + delimiter.count <= bytes.count {
                if bytes[searched..<searched + delimiter.count].elementsEqual(delimiter) {
                    return searched + delimiter.count
                }
                searched += 1
            }
            return nil
        }
    }

    /// Receives up to and including a text, as UTF-8.
    public func receive(through delimiter: String, timeout: Duration? = nil) throws(HTTPDTestError) -> String {
        String(decoding: try receive(through: Array(delimiter.utf8), timeout: timeout), as: UTF8.self)
    }

    /// Receives until the server closes its side; the limit is for the whole.
    public func receiveUntilClose(timeout: Duration? = nil) throws(HTTPDTestError) -> [UInt8] {
        let deadline = ContinuousClock.now + (timeout ?? self.timeout)
        var all = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        while true {
            let chunk = try read(upTo: 65_536, until: deadline)
            if chunk.isEmpty { return all }
            all += chunk
        }
    }

    /// Whether the server stays silent, and keeps the connection open, for so long.
    public func isSilent(for time: Duration) -> Bool {
        guard pending.withLock({ $0.isEmpty }) else { return false }
        return !ready(POLLIN, until: .now + time)
    }

    // MARK: Closing

    /// Closes the connection in the ordinary way.
    public func close() {
        socket.close()
    }

    /// Closes the connection with a reset.
    public func reset() {
        Sockets.resetOnClose(socket)
        socket.close()
    }

    // MARK: Details

    private func receive(
        _ timeout: Duration?, _ end: ([UInt8]) -> Int?
    ) throws(HTTPDTestError) -> [UInt8] {
        let deadline = ContinuousClock.now + (timeout ?? self.timeout)
        var bytes = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        do throws(HTTPDTestError) {
            while true {
                if let count = end(bytes) {
                    let rest = Array(bytes[count...])
                    pending.withLock { $0 = rest }
                    return Array(bytes[..<count])
                }
                let chunk = try read(upTo: 65_536, until: deadline)
                guard !chunk.isEmpty else { throw HTTPDTestError(.usage, "the server closed the connection early") }
                bytes += chunk
            }
        } catch {
            // Nothing is lost: the test may look at what came.
            pending.withLock { [bytes] in $0 = bytes }
            let text = String(decoding: bytes.prefix(500), as: UTF8.self)
            throw HTTPDTestError(error.kind, "\(error), after \(bytes.count) bytes: \(text)")
        }
    }

    private func read(upTo limit: Int, until deadline: ContinuousClock.Instant) throws(HTTPDTestError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: max(1, limit))
        while true {
            switch socket.read(into: &buffer) {
            case .moved(let count): return Array(buffer[..<count])
            case .ended: return []
            case .failed(let code): throw Self.failure("receive", code)
            case .wouldBlock: try expect(POLLIN, until: deadline, "receive")
            }
        }
    }

    private func expect(
        _ event: Int32, until deadline: ContinuousClock.Instant, _ what: String
    ) throws(HTTPDTestError) {
        if !ready(event, until: deadline) { throw HTTPDTestError(.timeout, "\(what): the time ran out") }
    }

    private func ready(_ event: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        repeat {
            let left = deadline - .now
            let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
            var entries = [pollfd(fd: socket.number, events: Int16(event), revents: 0)]
            if Descriptor.poll(&entries, milliseconds: Int32(clamping: max(0, milliseconds + 1))) { return true }
        } while ContinuousClock.now < deadline
        return false
    }

    private static func failure(_ call: String, _ code: Int32) -> HTTPDTestError {
        let isReset = code == ECONNRESET || code == EPIPE
        return HTTPDTestError(isReset ? .connectionReset : .system(code), "\(call): \(HTTPDTestError.reason(code))")
    }
}
