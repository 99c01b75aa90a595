// SPDX-License-Identifier: Apache-2.0
internal import CCodecs
internal import CodecLibraries
internal import Streaming

/// One coding of a body that may have several.
struct DecoderLayer: Sendable {
    /// What one step did.
    struct Step {
        let consumed: Int
        let produced: Int
    }

    /// The most that one step puts out.
    private static let mostRoom = 32 * 1024

    private let kind: ccodecs_kind
    private(set) var context: CodecContext?
    /// What the next coding reads; empty while it does.
    private var buffer: [UInt8] = []
    /// Bytes put out so far.
    private(set) var produced = 0
    /// Whether the stream may end here.
    private(set) var mayEnd = true

    init(_ coding: Coding) {
        switch coding {
        case .zstd: kind = .decodeZstd
        case .br: kind = .decodeBrotli
        case .gzip: kind = .decodeGzip
        case .deflate: kind = .decodeDeflate
        }
    }

    /// How much output is made room for: the room is cleared each time, so little for little.
    static func room(for count: Int, isFull: Bool) -> Int {
        isFull || count > mostRoom / 4 ? mostRoom : max(512, count * 4)
    }

    /// The bytes of memory held.
    var memory: Int { (context?.memory ?? 0) + buffer.capacity }

    /// Gives the context back.
    mutating func close() {
        context?.close()
        context = nil
        buffer = []
    }

    /// Lends the buffer that ``decode(_:room:into:)`` fills, so that the next coding can be at work on it.
    mutating func takeBuffer() -> [UInt8] {
        let taken = exchange(&buffer, with: [])
        return taken.isEmpty ? [UInt8](repeating: 0, count: Self.mostRoom) : taken
    }

    /// Takes it back.
    mutating func keep(buffer: [UInt8]) {
        self.buffer = buffer
    }

    /// Decodes what is in `bytes`, up to `room` bytes of it, for a reader of the whole body.
    mutating func decode(
        _ bytes: Span<UInt8>, room: Int, into output: inout Output
    ) throws(DecompressionFailure) -> Step {
        try open()
        // What the output may not take is too much by any measure.
        guard let step = context?.run(.process, bytes, room: room, into: &output) else { throw .tooDense }
        return try noting(step, of: bytes.count, room: room)
    }

    /// Decodes what is in `bytes`, up to `room` bytes of it, for the next coding.
    mutating func decode(
        _ bytes: Span<UInt8>, room: Int, into buffer: inout [UInt8]
    ) throws(DecompressionFailure) -> Step {
        try open()
        var whole = buffer.mutableSpan
        var free = whole._mutatingExtracting(first: room)
        guard let step = context?.run(.process, bytes, into: &free) else { throw .outOfMemory }
        return try noting(step, of: bytes.count, room: room)
    }

    private mutating func open() throws(DecompressionFailure) {
        guard context == nil else { return }
        context = CodecContext(kind)
        guard context != nil else { throw .outOfMemory }
    }

    private mutating func noting(
        _ step: ccodecs_step, of count: Int, room: Int
    ) throws(DecompressionFailure) -> Step {
        let consumed = min(step.consumed, count)
        produced &+= step.produced
        switch step.state {
        case .done:
            mayEnd = true
        case .more:
            mayEnd = false
            // A decoder that neither reads nor writes would be asked for ever.
            guard step.produced > 0 || consumed > 0 || count == 0 else { throw .corrupt }
        case .corrupt: throw .corrupt
        case .trailing: throw .trailing
        case .failed: throw .outOfMemory
        }
        return Step(consumed: consumed, produced: step.produced)
    }
}
