// SPDX-License-Identifier: Apache-2.0
import Streaming

/// What a transform is told after a piece.
enum After {
    case nothing, flush
}

/// Feeds pieces to a transform and finishes it; the result is all that it puts out.
///
/// Written and kept runs are put together as the adapter does.
func feed<Transform: StreamTransform & ~Copyable>(
    _ pieces: [[UInt8]], to transform: consuming Transform, keepsInPlace: Bool = false, after: After = .nothing
) throws(StreamError) -> [UInt8] {
    var result: [UInt8] = []
    var storage: OutputStorage.One = [OutputStorage()]
    for piece in pieces where !piece.isEmpty {
        var output = Output(editing: piece.span, into: storage.mutableSpan, keepsInPlace: keepsInPlace)
        try transform.write(piece.span, into: &output)
        try collect(&storage[0], piece, &result)
        if after == .flush {
            var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: keepsInPlace)
            try transform.flush(into: &output)
            try collect(&storage[0], [], &result)
        }
    }
    var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: keepsInPlace)
    try transform.finish(into: &output)
    try collect(&storage[0], [], &result)
    return result
}

private func collect(
    _ storage: inout OutputStorage, _ piece: [UInt8], _ result: inout [UInt8]
) throws(StreamError) {
    if let error = storage.error { throw error }
    storage.closeRuns()
    let written = (0..<storage.count).map { storage.written[$0] }
    if storage.hasKeptRuns {
        var next = 0
        for run in segments(of: storage) {
            switch run {
            case .written(let count):
                result += written[next..<next + count]
                next += count
            case .kept(let offset, let count):
                result += piece[offset..<offset + count]
            }
        }
    } else {
        result += written
    }
    storage.removeAll(keepingCapacityUpTo: 1 << 20)
}

/// The input cut in two at `cut`.
func cut(_ input: [UInt8], at cut: Int) -> [[UInt8]] {
    [Array(input[..<cut]), Array(input[cut...])]
}

/// The input byte by byte.
func bytes(_ input: [UInt8]) -> [[UInt8]] { input.map { [$0] } }

/// The runs of the last call in order.
func segments(of storage: borrowing OutputStorage) -> [OutputStorage.Segment] {
    (0..<storage.segmentCount).compactMap { storage.segment(at: $0) }
}
