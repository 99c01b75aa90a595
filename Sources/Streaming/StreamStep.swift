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

    /// The same for bytes between two transforms; what is kept of them is written into `storage`.
    mutating func run(
        _ step: StreamStep, _ bytes: Span<UInt8>, gathering storage: inout OutputStorage
    ) throws(StreamError) {
        var output = Output(editing: bytes, into: exchange(&storage, with: OutputStorage()), keepsInPlace: false)
        do throws(StreamError) {
            try run(step, bytes, into: &output)
        } catch {
            storage = output.finish()
            throw error
        }
        storage = output.finish()
        if let error = storage.error { throw error }
    }

    /// The same for bytes that are not the input of `output`; what is kept of them is written at the place it reached.
    mutating func run(
        _ step: StreamStep, _ bytes: Span<UInt8>, at output: inout Output
    ) throws(StreamError) {
        var inner = Output(editing: bytes, into: output.lendStorage(), keepsInPlace: false)
        do throws(StreamError) {
            try run(step, bytes, into: &inner)
        } catch {
            output.takeBack(inner.finish())
            throw error
        }
        output.takeBack(inner.finish())
    }
}
