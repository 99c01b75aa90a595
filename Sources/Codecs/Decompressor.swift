// SPDX-License-Identifier: Apache-2.0
internal import CodecLibraries
public import Streaming

/// Decodes a stream, whatever codings lie one over the other.
///
/// Strict: a body that is cut off, that has anything behind its end, or that does not fit a limit fails, with a
/// ``DecompressionFailure`` behind the error. gzip may have several members, and zstd several frames. An empty body,
/// as HEAD has it, decodes to nothing.
///
/// Holds a window for each coding: 32 kB for gzip and deflate, at most 8 MB for zstd and 16 MB for brotli, as much as
/// the body's sender chose.
public struct Decompressor: StreamTransform, Sendable, ~Copyable {
    /// The most that one write puts out, in bytes; half of what an ``Output`` takes, which may hold more than this.
    public static let writeLimit = 32 * 1024 * 1024

    /// Outermost first.
    private var layers: [DecoderLayer]
    private let limit: DecompressionLimit
    /// Bytes of the coded body so far.
    private var received = 0
    private var hasEnded = false
    /// Why it cannot go on.
    public private(set) var failure: DecompressionFailure?

    /// Decodes one body.
    ///
    /// - Parameters:
    ///   - codings: In the order in which they were applied, as Content-Encoding lists them. None keeps the body.
    ///   - limit: What the body may decode to.
    /// - Throws: When there are too many codings.
    public init(
        _ codings: [Coding], limit: DecompressionLimit = DecompressionLimit()
    ) throws(DecompressionFailure) {
        guard codings.count <= max(0, limit.layers) else { throw .tooManyLayers }
        self.limit = limit
        layers = codings.reversed().map { DecoderLayer($0) }
    }

    deinit {
        for layer in layers { layer.context?.close() }
    }

    /// The bytes of memory that the libraries' contexts hold now.
    public var memory: Int { layers.reduce(0) { $0 &+ $1.memory } }

    /// Decodes the next bytes, all that there is in them.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        guard !layers.isEmpty else {
            output.keep(bytes.count)
            return
        }
        if let failure { throw failure.error }
        if hasEnded { throw fail(.trailing) }
        received &+= bytes.count
        do throws(DecompressionFailure) {
            var left = Self.writeLimit
            try decode(bytes, at: 0, left: &left, into: &output)
        } catch {
            throw fail(error)
        }
    }

    /// Ends the stream, which must be at its end.
    public mutating func finish(into output: inout Output) throws(StreamError) {
        if let failure { throw failure.error }
        hasEnded = true
        for index in layers.indices {
            if !layers[index].mayEnd { throw fail(.truncated) }
            layers[index].close()
        }
    }

    private mutating func fail(_ failure: DecompressionFailure) -> StreamError {
        self.failure = failure
        for index in layers.indices { layers[index].close() }
        return failure.error
    }

    /// Decodes a coding, and what comes of it with the next one: a buffer at a time, so that no coding's output is ever
    /// there as a whole.
    private mutating func decode(
        _ bytes: Span<UInt8>, at index: Int, left: inout Int, into output: inout Output
    ) throws(DecompressionFailure) {
        let isLast = index == layers.count - 1
        var buffer = isLast ? [] : layers[index].takeBuffer()
        var rest = bytes
        var isFull = false
        while isFull || !rest.isEmpty {
            // One byte more than is allowed, to tell a body that ends there from one that goes on.
            let allowed = min(limit.allowance(for: received) - layers[index].produced, left)
            let room = min(DecoderLayer.room(for: rest.count, isFull: isFull), max(0, allowed) + 1)
            let step: DecoderLayer.Step
            if isLast {
                step = try layers[index].decode(rest, room: room, into: &output)
                left -= step.produced
            } else {
                step = try layers[index].decode(rest, room: room, into: &buffer)
            }
            guard step.produced <= allowed else { throw layers[index].produced > limit.size ? .tooLarge : .tooDense }
            if !isLast, step.produced > 0 {
                try decode(buffer.span.extracting(first: step.produced), at: index + 1, left: &left, into: &output)
            }
            rest = rest.extracting(droppingFirst: step.consumed)
            isFull = step.produced == room
        }
        if !isLast { layers[index].keep(buffer: buffer) }
    }
}
