// SPDX-License-Identifier: Apache-2.0

/// Which call of a ``ByteFilter`` an adapter makes.
enum ByteStep {
    case write, flush, finish
}

extension ByteFilter where Self: ~Copyable {
    /// Makes one call, with `storage` behind its output, and gives the storage back filled.
    @inline(__always)
    mutating func run(
        _ step: ByteStep, _ bytes: Span<UInt8>, storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {
        var output = Output(
            editing: bytes, into: exchange(&storage, with: OutputStorage()), keepsInPlace: keepsInPlace)
        do throws(HTTPDError) {
            switch step {
            case .write: try write(bytes, into: &output)
            case .flush: try flush(into: &output)
            case .finish: try finish(into: &output)
            }
        } catch {
            storage = output.finish()
            throw error
        }
        storage = output.finish()
        storage.closeRuns()
        if storage.hasFault { throw HTTPDError(storage.error ?? .editBeyondInput) }
    }
}

/// A ``ByteFilter`` of a type that the adapter need not know: one virtual call per piece of the stream.
class ByteEngine {
    /// Makes one call. See ``ByteFilter/run(_:_:storage:keepsInPlace:)``.
    func run(
        _ step: ByteStep, _ bytes: Span<UInt8>, storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {}
}

final class ByteEngineBox<Filter: ByteFilter & ~Copyable>: ByteEngine {
    private var filter: Filter

    init(_ filter: consuming Filter) {
        self.filter = filter
    }

    override func run(
        _ step: ByteStep, _ bytes: Span<UInt8>, storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {
        try filter.run(step, bytes, storage: &storage, keepsInPlace: keepsInPlace)
    }
}
