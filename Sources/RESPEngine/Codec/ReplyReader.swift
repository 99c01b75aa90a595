// SPDX-License-Identifier: Apache-2.0
public import Streaming

/// Cuts what a server sends into replies, and reads them. A frame is one whole reply, with the attributes before it.
///
/// The stream fails with an error at what is no reply, and at one beyond the limits: what follows cannot be told apart.
/// Streamed strings and aggregates, which no server is known to send, are no replies here.
public struct ReplyReader: FrameDecoder, Sendable {
    private let limits: ReplyLimits
    /// Where the next value starts.
    private var position = 0
    /// How far the end of its line was looked for.
    private var scanned = 0
    /// The length of the string at `position`, once its header is read.
    private var bulk = -1
    /// The values still to come, at each depth; nothing between replies.
    private var pending: [Int] = []

    /// A reader for one connection.
    public init(_ limits: ReplyLimits = ReplyLimits()) {
        self.limits = limits.held
    }

    /// The longest reply.
    public var maximumFrameLength: Int { limits.length }

    /// Reads the reply that was found.
    ///
    /// - Parameter frame: The bytes of the frame.
    /// - Throws: If a value in it is malformed, or it is not one whole reply.
    public func value(of frame: Span<UInt8>) throws(StreamError) -> ReplyValue {
        try ReplyParser.parse(frame, nesting: limits.nesting)
    }

    /// Looks for the end of the next reply.
    ///
    /// - Throws: For what is no reply, and for one beyond the limits.
    public mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        if pending.isEmpty {
            guard !bytes.isEmpty else { return .incomplete }
            pending.append(1)
            position = 0
            scanned = 0
            bulk = -1
        }
        while let count = pending.last {
            if count == 0 {
                pending.removeLast()
                continue
            }
            guard try step(bytes) else { return .incomplete }
        }
        return .frame(payload: 0..<position, length: position)
    }

    /// Takes what is whole.
    ///
    /// - Throws: What ``decode(_:)`` throws, and when the stream ends inside a reply.
    public mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        let decoding = try decode(bytes)
        if decoding == .incomplete, !bytes.isEmpty { throw StreamError("the stream ends inside a reply") }
        return decoding
    }

    /// Goes on by a value, or into an aggregate.
    ///
    /// - Returns: Whether there was enough to do so.
    private mutating func step(_ bytes: Span<UInt8>) throws(StreamError) -> Bool {
        if bulk < 0 {
            guard let end = try lineEnd(bytes) else { return false }
            let line = ReplyLine(bytes, position, end)
            position = end &+ 2
            scanned = position
            switch try line.kind(bytes) {
            case .line: take()
            case .string(let length):
                // Within the limit, whatever has come of it.
                guard length <= limits.length &- 2, position &+ length &+ 2 <= limits.length else {
                    throw .tooLongReply
                }
                bulk = length
            case .values(let count, let isAttribute):
                // A value has three bytes at least.
                guard count <= limits.length / 3, position &+ count &* 3 <= limits.length else { throw .tooLongReply }
                guard pending.count <= limits.nesting else { throw .tooDeepReply }
                // What attributes belong to is still to come.
                if !isAttribute { take() }
                pending.append(count)
            }
            return true
        }
        let end = position &+ bulk
        guard end &+ 2 <= bytes.count else { return false }
        guard bytes[end] == UInt8(ascii: "\r"), bytes[end &+ 1] == UInt8(ascii: "\n") else {
            throw StreamError("no line end behind a string")
        }
        position = end &+ 2
        bulk = -1
        take()
        return true
    }

    /// One value less is to come at the present depth.
    private mutating func take() {
        guard let last = pending.popLast() else { return }
        pending.append(last &- 1)
    }

    /// Where the line at `position` ends, if that has come.
    private mutating func lineEnd(_ bytes: Span<UInt8>) throws(StreamError) -> Int? {
        // The line end is within the reply.
        let window = min(position &+ limits.lineLength &+ 1, limits.length &- 1)
        let bound = min(bytes.count, window)
        var index = max(scanned, position)
        while index < bound, bytes[index] != UInt8(ascii: "\r") { index &+= 1 }
        scanned = index
        guard index < bound else {
            guard bytes.count >= window else { return nil }
            throw .tooLongReply
        }
        guard index &+ 2 <= bytes.count else { return nil }
        guard bytes[index &+ 1] == UInt8(ascii: "\n") else { throw StreamError("a CR within a line") }
        return index
    }
}

extension StreamError {
    static let tooLongReply = StreamError("a reply is longer than the limit")
    static let tooDeepReply = StreamError("a reply is nested deeper than the limit")
    static let malformedReply = StreamError("this is no reply")
}
