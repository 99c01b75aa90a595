// SPDX-License-Identifier: Apache-2.0
public import FuzzSupport
public import HTTPD
public import HTTPDTesting

extension FuzzInput {
    /// How long the pieces are in which a stream comes.
    public mutating func cuts() -> [Int] { bytes(Int(byte() % 16)).map { Int($0 % 48) + 1 } }

    /// All that is left, in pieces.
    public mutating func remaining(cutAt cuts: [Int]) -> [[UInt8]] {
        let pieces = cuts.map { bytes($0) } + [remaining()]
        return pieces.filter { !$0.isEmpty }
    }
}

extension DecoderRun {
    /// A run in one of the ways that there are.
    public init(_ flags: UInt8) {
        self.init()
        holdsNoMoreThanMaximum = flags & 1 != 0
        asksAgain = flags & 2 != 0
        endsWithLastPiece = flags & 4 != 0
    }
}

/// Runs a decoder; a breach of its contract is a finding.
public func decode<Decoder: FrameDecoder>(_ pieces: [[UInt8]], _ run: DecoderRun, _ decoder: Decoder) -> DecodedStream {
    do {
        return try run.decode(pieces, with: decoder)
    } catch {
        finding("\(Decoder.self), \(run), \(pieces): \(error.problem)")
    }
}
