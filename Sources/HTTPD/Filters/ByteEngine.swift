// SPDX-License-Identifier: Apache-2.0

/// A ``ByteFilter`` of a type that the adapter need not know: one virtual call per piece of the stream.
class ByteEngine {
    func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {}
    func flush(into output: inout Output) throws(HTTPDError) {}
    func finish(into output: inout Output) throws(HTTPDError) {}
}

final class ByteEngineBox<Filter: ByteFilter & ~Copyable>: ByteEngine {
    // SAFETY: the state that runs it lets one call in at a time, on one thread at a time: no access overlaps.
    @safe @exclusivity(unchecked)
    private var filter: Filter

    required init(_ filter: consuming Filter) {
        self.filter = filter
    }

    override func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        try filter.write(bytes, into: &output)
    }

    override func flush(into output: inout Output) throws(HTTPDError) {
        try filter.flush(into: &output)
    }

    override func finish(into output: inout Output) throws(HTTPDError) {
        try filter.finish(into: &output)
    }
}

/// The calls that end a step of a filter: which one the adapter makes.
enum ByteStep {
    case write, flush, finish
}

extension ByteEngine {
    /// Makes one call, with `storage` behind its output, and gives the storage back filled.
    func run(
        _ step: ByteStep, _ bytes: Span<UInt8>, storage: inout OutputStorage, keepsInPlace: Bool
    ) throws(HTTPDError) {
        var output = Output(
            editing: bytes, into: exchange(&storage, with: OutputStorage()), keepsInPlace: keepsInPlace)
        var failure: HTTPDError?
        do throws(HTTPDError) {
            switch step {
            case .write: try write(bytes, into: &output)
            case .flush: try flush(into: &output)
            case .finish: try finish(into: &output)
            }
        } catch {
            failure = error
        }
        storage = output.finish()
        storage.closeRuns()
        if let failure { throw failure }
        if storage.hasFault { throw HTTPDError(.editBeyondInput) }
    }
}
