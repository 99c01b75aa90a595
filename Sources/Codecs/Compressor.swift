// SPDX-License-Identifier: Apache-2.0
internal import CCodecs
internal import CodecLibraries
public import Streaming

/// Compresses a stream.
///
/// Its library's context comes out of a pool with the first byte and goes back at the end, so that an open response
/// holds it no longer than it must. What comes out depends on how the input is cut; what it decodes to does not.
public struct Compressor: StreamTransform, Sendable, ~Copyable {
    /// The most output that is asked for at once.
    private static let mostRoom = 16 * 1024

    private enum Phase {
        case fresh, open, ended
    }

    private let coding: Coding
    private let settings: CompressionSettings
    private let length: Int?
    private var phase = Phase.fresh
    private var context: CodecContext?
    private var container: Container
    /// Whether there is input that a flush would put out.
    private var isPending = false

    /// Compresses one body.
    ///
    /// - Parameters:
    ///   - coding: The coding.
    ///   - settings: How.
    ///   - length: The length of the whole body in bytes, if known, for a context no larger than that needs. A body
    ///     that turns out to have another length is compressed all the same.
    public init(_ coding: Coding, _ settings: CompressionSettings = CompressionSettings(), length: Int? = nil) {
        self.coding = coding
        self.settings = settings
        self.length = length.flatMap { $0 < 0 ? nil : $0 }
        container = Container(coding)
    }

    deinit {
        context?.close()
    }

    /// The bytes of memory that the library's context holds now; 0 before the first byte and behind the end.
    public var memory: Int { context?.memory ?? 0 }

    /// Compresses the next bytes, and puts out what the library does not hold back.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        if phase == .fresh { try open(for: Encoder(coding, settings, isWhole: false), into: &output) }
        try encode(.process, bytes, into: &output)
        isPending = true
    }

    /// Puts out all that a receiver needs to decode what was written so far; nothing if it has that already.
    public mutating func flush(into output: inout Output) throws(StreamError) {
        guard phase == .open, isPending else { return }
        try encode(.flush, Span(), into: &output)
        isPending = false
    }

    /// Ends the stream, which is a valid one even if nothing was written. A second time does nothing.
    public mutating func finish(into output: inout Output) throws(StreamError) {
        guard phase != .ended else { return }
        if phase == .fresh { try open(for: Encoder(coding, settings, isWhole: false), into: &output) }
        try encode(.finish, Span(), into: &output)
        try end(into: &output)
    }

    /// Compresses a body that is in hand: faster, for gzip and deflate twice as fast, and no larger than as a stream.
    ///
    /// - Parameters:
    ///   - bytes: The body, of which the library takes as much memory again while it runs.
    ///   - coding: The coding.
    ///   - settings: How.
    ///   - output: Where it goes; its input is not touched.
    public static func compressWhole(
        _ bytes: Span<UInt8>, _ coding: Coding, _ settings: CompressionSettings = CompressionSettings(),
        into output: inout Output
    ) throws(StreamError) {
        var compressor = Compressor(coding, settings, length: bytes.count)
        let encoder = Encoder(coding, settings, isWhole: true)
        try compressor.open(for: encoder, into: &output)
        if encoder.takesWhole {
            compressor.container.note(bytes)
            guard compressor.context?.encode(whole: bytes, into: &output) != nil else {
                throw StreamError("no memory to compress \(bytes.count) bytes with \(coding.token)")
            }
            try compressor.end(into: &output)
        } else {
            try compressor.encode(.finish, bytes, into: &output)
            try compressor.end(into: &output)
        }
    }

    private mutating func open(for encoder: Encoder, into output: inout Output) throws(StreamError) {
        phase = .ended
        context = CodecContext(encoder.kind, level: encoder.level, length: length)
        guard context != nil else { throw StreamError("no memory to compress with \(coding.token)") }
        phase = .open
        let padding = try Padding.make(most: settings.padding)
        output.insert(container.header(padding: padding.span).span)
        guard coding == .br, !padding.isEmpty else { return }
        // libbrotli 1.0.9 gets the header of a metadata block of one byte wrong, so there is always one byte more.
        try encode(.metadata, (padding + [0]).span, into: &output)
    }

    /// What stands behind the last byte.
    private mutating func end(into output: inout Output) throws(StreamError) {
        output.insert(container.trailer.span)
        close()
    }

    /// Has the library do it, step by step as its output fills.
    private mutating func encode(
        _ operation: ccodecs_operation, _ bytes: Span<UInt8>, into output: inout Output
    ) throws(StreamError) {
        if operation != .metadata { container.note(bytes) }
        var rest = bytes
        // The room is cleared each time: little for little, until it shows that there is more.
        var room = min(Self.mostRoom, 256 + bytes.count / 4)
        while let step = context?.run(operation, rest, room: room, into: &output) {
            rest = rest.extracting(droppingFirst: min(step.consumed, rest.count))
            switch step.state {
            case .done:
                return
            case .more where step.produced < room && rest.isEmpty && operation == .process:
                return
            case .more where step.produced > 0 || step.consumed > 0:
                room = Self.mostRoom
            default:
                close()
                throw StreamError("\(coding.token) did not compress")
            }
        }
        throw StreamError("the compressed stream has ended")
    }

    /// Nothing can follow.
    private mutating func close() {
        phase = .ended
        context?.close()
        context = nil
    }
}
