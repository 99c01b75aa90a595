// SPDX-License-Identifier: Apache-2.0
internal import Streaming

/// What became of bytes that a ``ProtocolEngine`` was fed.
struct Feeding {
    /// The bytes that were used up.
    var consumed = 0
    /// The whole frames among them.
    var frames = 0
    /// Whether what is left holds no further frame.
    var isExhausted = false
    var next = Next.continue
}

/// A ``ProtocolHandler`` of a type that the session need not know.
class ProtocolEngine {
    func opened(_ context: inout ProtocolContext) throws(HTTPDError) {}
    /// Cuts bytes into frames and hands them on, while fewer than `limit` bytes of output wait.
    func feed(
        _ bytes: Span<UInt8>, isLast: Bool, limit: Int, _ context: inout ProtocolContext, _ feeding: inout Feeding
    ) throws(HTTPDError) {}
    func halfClosed(_ context: inout ProtocolContext) throws(HTTPDError) -> Next { .close }
    func timedOut(_ deadline: Deadline, _ context: inout ProtocolContext) throws(HTTPDError) -> Next { .close }
    func scheduled(_ tag: Int, _ context: inout ProtocolContext) throws(HTTPDError) -> Next { .close }
    func draining(_ context: inout ProtocolContext) throws(HTTPDError) -> Next { .close }
    func closed(_ reason: CloseReason, _ connection: borrowing Connection) {}
}

final class ProtocolEngineBox<Handler: ProtocolHandler & ~Copyable>: ProtocolEngine {
    private var handler: Handler

    init(_ handler: consuming Handler) {
        self.handler = handler
    }

    override func opened(_ context: inout ProtocolContext) throws(HTTPDError) {
        try handler.opened(&context)
    }

    override func feed(
        _ bytes: Span<UInt8>, isLast: Bool, limit: Int, _ context: inout ProtocolContext, _ feeding: inout Feeding
    ) throws(HTTPDError) {
        while context.output.count < limit, !context.isOverfull {
            let rest = bytes.extracting(droppingFirst: feeding.consumed)
            if rest.isEmpty {
                feeding.isExhausted = true
                return
            }
            switch try decode(rest, isLast: isLast) {
            case .incomplete:
                guard rest.count <= handler.decoder.maximumFrameLength else {
                    throw HTTPDError("the decoder waits for more than its maximum of bytes")
                }
                feeding.isExhausted = true
                return
            case .frame(let payload, let length):
                guard length > 0, length <= rest.count, payload.lowerBound >= 0, payload.upperBound <= length else {
                    throw HTTPDError("the decoder found a frame outside of the bytes that it was given")
                }
                feeding.consumed += length
                feeding.frames += 1
                feeding.next = try handler.received(rest.extracting(payload), &context)
            case .overlong(let length, let isFirst):
                guard length > 0, length <= rest.count else {
                    throw HTTPDError("the decoder drops bytes that it was not given")
                }
                feeding.consumed += length
                if isFirst { feeding.next = try handler.overlong(&context) }
            }
            if feeding.next == .close { return }
        }
    }

    private func decode(_ bytes: Span<UInt8>, isLast: Bool) throws(HTTPDError) -> Decoding {
        do throws(StreamError) {
            return isLast ? try handler.decoder.decodeLast(bytes) : try handler.decoder.decode(bytes)
        } catch {
            throw HTTPDError(error)
        }
    }

    override func halfClosed(_ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        try handler.halfClosed(&context)
    }

    override func timedOut(
        _ deadline: Deadline, _ context: inout ProtocolContext
    ) throws(HTTPDError) -> Next {
        try handler.timedOut(deadline, &context)
    }

    override func scheduled(_ tag: Int, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        try handler.scheduled(tag, &context)
    }

    override func draining(_ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        try handler.draining(&context)
    }

    override func closed(_ reason: CloseReason, _ connection: borrowing Connection) {
        handler.closed(reason, connection)
    }
}
