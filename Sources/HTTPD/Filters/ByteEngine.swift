// SPDX-License-Identifier: Apache-2.0

/// Which call of a ``ByteFilter`` an adapter makes.
enum ByteStep {
    case write, flush, finish
}

extension ByteFilter where Self: ~Copyable {
    /// Makes one call, with `storage` behind its output, and leaves it filled.
    @inline(__always)
    mutating func run(
        _ step: ByteStep, _ bytes: Span<UInt8>, storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {
        // SAFETY: the pointer is used in the closure only, and there for this value alone.
        try unsafe withUnsafeMutablePointer(to: &storage) {
            (one: UnsafeMutablePointer<OutputStorage>) throws(HTTPDError) in
            let lent = unsafe MutableSpan(_unsafeStart: one, count: 1)
            var output = Output(editing: bytes, into: lent, keepsInPlace: keepsInPlace)
            switch step {
            case .write: try write(bytes, into: &output)
            case .flush: try flush(into: &output)
            case .finish: try finish(into: &output)
            }
        }
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

    /// The stream is over.
    func ended(_ request: borrowing Request) {}
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

    override func ended(_ request: borrowing Request) {
        filter.ended(request)
    }
}
