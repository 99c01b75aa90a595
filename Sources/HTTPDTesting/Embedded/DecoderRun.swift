// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// Runs one ``FrameDecoder`` by itself as the driver of a connection does, and holds it to its contract.
public struct DecoderRun: Sendable {
    /// Whether no more than the decoder's maximum is ever held, or all of a piece at once, however much it is.
    public var holdsNoMoreThanMaximum = false
    /// Whether the decoder is asked again when nothing new has come, and before anything has.
    public var asksAgain = false
    /// Whether the end of the stream is known when the last piece comes.
    public var endsWithLastPiece = false

    /// A run that holds whole pieces.
    public init() {}

    /// Feeds the pieces of a stream to a decoder, and then its end.
    ///
    /// - Parameters:
    ///   - pieces: The stream as it is cut.
    ///   - decoder: What is run; used up.
    /// - Returns: What was found, and the error that the decoder threw, if it did.
    /// - Throws: When the decoder breaks its contract: it takes bytes that are not there, takes none, wants more than
    ///   its maximum, or reports an overlong frame other than once.
    public func decode<Decoder: FrameDecoder & ~Copyable>(
        _ pieces: [[UInt8]], with decoder: consuming Decoder
    ) throws(VerificationFailure) -> DecodedStream {
        var state = State()
        if asksAgain { try step(&decoder, &state, atEnd: false) }
        for (index, piece) in pieces.enumerated() {
            let atEnd = endsWithLastPiece && index == pieces.count - 1
            try feed(piece, &decoder, &state, atEnd: atEnd)
            if state.stream.error != nil { return state.stream }
        }
        try step(&decoder, &state, atEnd: true)
        return state.stream
    }

    private struct State {
        var stream = DecodedStream()
        /// What has come, from ``start`` on not yet consumed.
        private var bytes: [UInt8] = []
        private var start = 0
        /// Whether the last thing found is an overlong frame, of which more may come.
        var isOverlong = false

        /// The number of bytes not yet consumed.
        var count: Int { bytes.count - start }

        /// The bytes not yet consumed.
        var held: Span<UInt8> {
            @_lifetime(borrow self)
            get { bytes.span.extracting(start..<bytes.count) }
        }

        mutating func append(_ piece: ArraySlice<UInt8>) {
            bytes.removeFirst(start)
            start = 0
            bytes += piece
        }

        /// Consumes bytes and copies some of them.
        mutating func take(_ range: Range<Int>, of length: Int) -> [UInt8] {
            defer { start += length }
            return Array(bytes[start + range.lowerBound..<start + range.upperBound])
        }
    }

    /// Adds a piece, as much at a time as there is room for, and takes all frames.
    private func feed<Decoder: FrameDecoder & ~Copyable>(
        _ piece: [UInt8], _ decoder: inout Decoder, _ state: inout State, atEnd: Bool
    ) throws(VerificationFailure) {
        var rest = piece[...]
        while !rest.isEmpty, state.stream.error == nil {
            let room = holdsNoMoreThanMaximum ? max(1, decoder.maximumFrameLength - state.count) : rest.count
            state.append(rest.prefix(room))
            rest = rest.dropFirst(room)
            try step(&decoder, &state, atEnd: atEnd && rest.isEmpty)
            if asksAgain { try step(&decoder, &state, atEnd: atEnd && rest.isEmpty) }
        }
    }

    /// Takes frames until there is none.
    private func step<Decoder: FrameDecoder & ~Copyable>(
        _ decoder: inout Decoder, _ state: inout State, atEnd: Bool
    ) throws(VerificationFailure) {
        while state.stream.error == nil {
            let decoding: Decoding
            do throws(StreamError) {
                decoding = try atEnd ? decoder.decodeLast(state.held) : decoder.decode(state.held)
            } catch {
                state.stream.error = error
                return
            }
            guard try take(decoding, maximum: decoder.maximumFrameLength, &state) else {
                if !atEnd, state.count >= decoder.maximumFrameLength {
                    throw Self.failure(
                        "the decoder has \(state.count) bytes and wants more: "
                            + "its maximum is \(decoder.maximumFrameLength)")
                }
                return
            }
        }
    }

    /// Notes what was found and drops its bytes.
    ///
    /// - Returns: Whether anything was found.
    private func take(_ decoding: Decoding, maximum: Int, _ state: inout State) throws(VerificationFailure) -> Bool {
        let count = state.count
        switch decoding {
        case .incomplete: return false
        case .frame(let payload, let length):
            guard length > 0 else { throw Self.failure("the decoder takes no bytes for a frame") }
            guard length <= count else {
                throw Self.failure("the decoder takes \(length) bytes for a frame, and has \(count)")
            }
            guard length <= maximum else {
                throw Self.failure("the decoder takes \(length) bytes for a frame, and its maximum is \(maximum)")
            }
            guard payload.lowerBound >= 0, payload.upperBound <= length else {
                throw Self.failure("the payload \(payload) is not within the frame's \(length) bytes")
            }
            state.stream.frames.append(.frame(state.take(payload, of: length)))
            state.isOverlong = false
        case .overlong(let length, let isFirst):
            guard length > 0 else { throw Self.failure("the decoder drops no bytes of an overlong frame") }
            guard length <= count else {
                throw Self.failure("the decoder drops \(length) bytes of an overlong frame, and has \(count)")
            }
            if isFirst {
                state.stream.frames.append(.overlong(length: length))
            } else {
                guard state.isOverlong, case .overlong(let before) = state.stream.frames.popLast() else {
                    throw Self.failure("the decoder goes on with an overlong frame that did not begin")
                }
                state.stream.frames.append(.overlong(length: before + length))
            }
            state.isOverlong = true
            _ = state.take(0..<0, of: length)
        }
        return true
    }

    private static func failure(_ problem: String) -> VerificationFailure {
        VerificationFailure(variation: "one run", seed: nil, problem: problem, offset: nil, log: [])
    }
}
