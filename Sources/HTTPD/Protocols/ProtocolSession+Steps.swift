// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import Streaming

/// What a session does for each step of its machine.
extension ProtocolSession {
    // SAFETY (for all): httpd keeps the connection alive for the call, and the session is owned by the connection's
    // pool, in which the brigade lives too.

    func next() -> SessionMachine.Step {
        if !isDraining, let moment = link.drainUntil() {
            isDraining = true
            machine.drain(until: moment)
        }
        machine.setMail(mailbox.map { !$0.isEmpty } ?? false)
        clock = link.now()
        return machine.next(clock)
    }

    @unsafe
    func park(
        _ c: UnsafeMutablePointer<conn_rec>, _ direction: SessionMachine.Direction, _ deadline: Moment
    ) {
        input.releaseIfEmpty()
        output.releaseIfEmpty()
        parkedFor = direction
        parkedSocket = unsafe SessionTransport.socket(c)
        tellHost()
        link.setDeadline(deadline)
        unsafe chttpd_wait(c, direction == .write ? 1 : 0)
    }

    @unsafe
    func take(_ step: SessionMachine.Step, _ c: UnsafeMutablePointer<conn_rec>) {
        do throws(HTTPDError) {
            switch step {
            case .open:
                machine.opened()
                unsafe chttpd_show(c, nil)
                _ = try unsafe call(c) { (engine, context) throws(HTTPDError) in
                    try engine.opened(&context)
                    return .continue
                }
            case .collect:
                unsafe collect(c)
            case .fire(let tag):
                machine.answered(
                    try unsafe call(c) { (engine, context) throws(HTTPDError) in try engine.scheduled(tag, &context) })
            case .expire(let deadline):
                let answer = try unsafe call(c) { (engine, context) throws(HTTPDError) in
                    try engine.timedOut(deadline, &context)
                }
                machine.expired(deadline, answer, link.now())
            case .drain:
                machine.answered(
                    try unsafe call(c) { (engine, context) throws(HTTPDError) in try engine.draining(&context) })
            case .decode:
                try unsafe decodeBuffered(c)
            case .end:
                machine.ended(
                    try unsafe call(c) { (engine, context) throws(HTTPDError) in try engine.halfClosed(&context) })
            case .read:
                try unsafe read(c)
            case .write:
                try unsafe write(c)
            case .wait, .yield, .close:
                break
            }
        } catch {
            // What was written before leaves, unless it is the connection that failed.
            machine.close(.failed(error))
            if error.status.isConnectionLost { machine.terminate(.clientGone) }
        }
    }

    func tellHost(_ reason: CloseReason? = nil) {
        tally.tell(link, frames: frames, bytesIn: bytesIn, bytesOut: bytesOut, reason: reason)
    }

    @unsafe
    private func collect(_ c: UnsafeMutablePointer<conn_rec>) {
        guard let mailbox else { return }
        for letter in mailbox.takeAll() {
            switch letter {
            case .bytes(let bytes): output.append(bytes.span)
            case .timer(let time, let tag):
                if !schedule(after: time, tag: tag) {
                    let connection = unsafe Connection(unsafeBorrowing: c)
                    connection.log.warning("\(label): \(SessionDeadlines.mostTimers) timers wait: \(tag) is dropped")
                }
            case .close: machine.close(.finished)
            }
        }
        machine.setOutput(output.count)
    }

    @unsafe
    private func call(
        _ c: UnsafeMutablePointer<conn_rec>,
        _ body: (ProtocolEngine, inout ProtocolContext) throws(HTTPDError) -> Next
    ) throws(HTTPDError) -> Next {
        var context = unsafe ProtocolContext(Connection(unsafeBorrowing: c), self, exchange(&output, with: ByteQueue()))
        var failure: HTTPDError?
        var answer = Next.close
        do throws(HTTPDError) {
            answer = try body(engine, &context)
        } catch {
            failure = error
        }
        try settle(context, failure)
        return answer
    }

    /// Takes the output back from a context, and throws what the call threw.
    private func settle(_ context: consuming ProtocolContext, _ failure: HTTPDError?) throws(HTTPDError) {
        let isOverfull = context.isOverfull
        output = context.finish()
        machine.setOutput(output.count)
        if let failure { throw failure }
        if isOverfull { throw HTTPDError("more than \(limits.largestOutput) bytes wait for the client") }
    }

    // MARK: Input

    @unsafe
    private func read(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        let socket = unsafe parkedSocket ?? SessionTransport.socket(c)
        let result = try unsafe SessionTransport.read(c, socket, &brigade) { (bytes) throws(HTTPDError) in
            if socket != nil { uncounted.received &+= bytes.count }
            try unsafe take(bytes, c)
        }
        switch result {
        case .bytes(let count, let isAll):
            // Another read would only find nothing. TLS may hold back more than it gave, and so may httpd while it
            // holds what was read ahead for a request.
            if isAll { machine.readAll() }
            if count < SessionTransport.socketRead, machine.hasFoundNothing, unsafe ap_ssl_conn_is_ssl(c) == 0 {
                machine.readAll()
            }
        case .nothing(let isSure):
            machine.readNothing()
            if isSure { machine.readAll() }
        case .end:
            machine.readEnd(hasBytes: !input.isEmpty)
        }
    }

    /// Takes bytes that were just read.
    @unsafe
    private func take(_ bytes: Span<UInt8>, _ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        machine.read(clock)
        bytesIn &+= bytes.count
        guard input.isEmpty, machine.mayDecode else { return input.append(bytes) }
        let used = try unsafe feed(bytes, c)
        input.append(bytes.extracting(droppingFirst: used))
    }

    @unsafe
    private func decodeBuffered(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        var buffer = exchange(&input, with: ByteQueue())
        var failure: HTTPDError?
        do throws(HTTPDError) {
            buffer.consume(try unsafe feed(buffer.span, c))
        } catch {
            failure = error
        }
        input = buffer
        if let failure { throw failure }
    }

    /// Gives the handler the frames at the start of `bytes`, and returns how many bytes they were.
    @unsafe
    private func feed(_ bytes: Span<UInt8>, _ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) -> Int {
        var context = unsafe ProtocolContext(Connection(unsafeBorrowing: c), self, exchange(&output, with: ByteQueue()))
        var feeding = Feeding()
        var failure: HTTPDError?
        do throws(HTTPDError) {
            try engine.feed(
                bytes, isLast: machine.isLastInput, limit: limits.highWaterMark, &context, &feeding)
        } catch {
            failure = error
        }
        frames &+= feeding.frames
        machine.decoded(
            frames: feeding.frames, isExhausted: feeding.isExhausted, hasBytes: feeding.consumed < bytes.count,
            clock)
        try settle(context, failure)
        machine.answered(feeding.next)
        return feeding.consumed
    }

    // MARK: Output

    @unsafe
    private func write(_ c: UnsafeMutablePointer<conn_rec>) throws(HTTPDError) {
        let socket = unsafe parkedSocket ?? SessionTransport.socket(c)
        let written = try unsafe SessionTransport.write(c, socket, &brigade, output)
        if socket != nil { uncounted.sent &+= written.count }
        output.consume(written.count)
        bytesOut &+= written.count
        machine.wrote(written.count, isPending: written.isPending, clock)
    }

    /// Has mod_logio know all that was received and sent, before something is logged.
    @unsafe
    func countDirect(_ c: UnsafeMutablePointer<conn_rec>) {
        let (received, sent) = uncounted
        uncounted = (0, 0)
        if received > 0 || sent > 0 { unsafe chttpd_count_direct(c, Int64(received), Int64(sent)) }
    }

    // MARK: The end

    @unsafe
    func finish(_ c: UnsafeMutablePointer<conn_rec>, _ reason: CloseReason) {
        guard !isOver else { return }
        isOver = true
        mailbox?.close()
        let connection = unsafe Connection(unsafeBorrowing: c)
        var reason = reason
        if case .failed(let error) = reason {
            let status = error.status
            // When it stops, the worker MPM closes the sockets that its threads read from.
            if status.isEndOfFile || status.isTimedOut || connection.isAborted || chttpd_mpm_is_stopping() != 0 {
                if status != .general { reason = .clientGone }
                connection.log.debug("\(label): \(error.description)")
            } else {
                connection.log.error("\(label): \(error.description)")
            }
        } else {
            switch reason {
            // The way that connections end is nothing to write about.
            case .finished, .clientEnded, .serverEnded: break
            default: connection.log.debug("\(label): \(reason.description)")
            }
        }
        engine.closed(reason, connection)
        tellHost(reason)
        unsafe countDirect(c)
        let record = AccessRecord(
            line: "SESSION \(name)", status: reason.logStatus, time: link.now().since(began), bytesIn: bytesIn,
            bytesOut: bytesOut, frames: frames, reason: reason.description, user: user)
        unsafe record.write(c)
    }
}
