// SPDX-License-Identifier: Apache-2.0

/// Which call of a transform is made.
enum StreamStep {
    case write, flush, finish
}

extension StreamTransform where Self: ~Copyable {
    /// Feeds what came, if anything did, and then tells the transform to flush or finish.
    mutating func run(
        _ step: StreamStep, _ bytes: Span<UInt8>, into output: inout Output
    ) throws(StreamError) {
        if !bytes.isEmpty { try write(bytes, into: &output) }
        switch step {
        case .write: break
        case .flush: try flush(into: &output)
        case .finish: try finish(into: &output)
        }
    }

    /// The same for bytes between two transforms; what is kept of them is written into `storage`, a span of one.
    mutating func run(
        _ step: StreamStep, _ bytes: Span<UInt8>, gathering storage: consuming MutableSpan<OutputStorage>
    ) throws(StreamError) {
        var output = Output(editing: bytes, into: storage, keepsInPlace: false)
        try run(step, bytes, into: &output)
        if let error = output.error { throw error }
    }

    /// The same for bytes that are not the input of `output`; what is kept of them is written at the place it reached.
    mutating func run(
        _ step: StreamStep, _ bytes: Span<UInt8>, at output: inout Output
    ) throws(StreamError) {
        var inner = Output(editing: bytes, into: output.lendStorage(), keepsInPlace: false)
        try run(step, bytes, into: &inner)
    }
}
