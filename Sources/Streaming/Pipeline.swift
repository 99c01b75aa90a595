// SPDX-License-Identifier: Apache-2.0

/// Any number of transforms of one type as one: each sees what the one before it puts out.
public struct Pipeline<Stage: StreamTransform>: StreamTransform, ~Copyable {
    private var stages: [Stage]
    private var current = OutputStorage()
    private var next = OutputStorage()

    /// Runs the stages in order.
    public init(_ stages: [Stage]) {
        self.stages = stages
    }

    private enum Step {
        case write, flush, finish
    }

    /// Feeds the first transform, and so on.
    public mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        try run(.write, bytes, into: &output)
    }

    /// Flushes each transform into the next.
    public mutating func flush(into output: inout Output) throws(StreamError) {
        try run(.flush, Span(), into: &output)
    }

    /// Finishes each transform into the next.
    public mutating func finish(into output: inout Output) throws(StreamError) {
        try run(.finish, Span(), into: &output)
    }

    private mutating func run(
        _ step: Step, _ bytes: Span<UInt8>, into output: inout Output
    ) throws(StreamError) {
        guard let last = stages.indices.last else {
            output.keep(bytes.count)
            return
        }
        // One stage edits the input itself, so what it keeps stays in place.
        if last == 0 { return try Self.run(step, &stages[0], bytes, into: &output) }

        // All but the last write into one buffer while they read the other.
        var source = exchange(&current, with: OutputStorage())
        var target = exchange(&next, with: OutputStorage())
        var failure: StreamError?
        do throws(StreamError) {
            for index in 0..<last {
                if index == 0 {
                    try Self.edit(step, &stages[index], bytes, into: &target)
                } else {
                    try Self.edit(step, &stages[index], source.written, into: &target)
                }
                swap(&source, &target)
                target.removeAll(keepingCapacityUpTo: 128 * 1024)
            }
            try Self.edit(step, &stages[last], source.written, at: &output)
        } catch {
            failure = error
        }
        source.removeAll(keepingCapacityUpTo: 128 * 1024)
        target.removeAll(keepingCapacityUpTo: 128 * 1024)
        current = source
        next = target
        if let failure { throw failure }
    }

    /// Runs one stage on bytes that are not the input of the whole; what it keeps is written.
    private static func edit(
        _ step: Step, _ stage: inout Stage, _ bytes: Span<UInt8>, into storage: inout OutputStorage
    ) throws(StreamError) {
        var output = Output(editing: bytes, into: exchange(&storage, with: OutputStorage()), keepsInPlace: false)
        var failure: StreamError?
        do throws(StreamError) {
            try run(step, &stage, bytes, into: &output)
        } catch {
            failure = error
        }
        storage = output.finish()
        if storage.hasFault { failure = failure ?? .editBeyondInput }
        if let failure { throw failure }
    }

    /// Runs the last stage, into the output of the whole.
    private static func edit(
        _ step: Step, _ stage: inout Stage, _ bytes: Span<UInt8>, at output: inout Output
    ) throws(StreamError) {
        var inner = Output(editing: bytes, into: output.lendStorage(), keepsInPlace: false)
        var failure: StreamError?
        do throws(StreamError) {
            try run(step, &stage, bytes, into: &inner)
        } catch {
            failure = error
        }
        output.takeBack(inner.finish())
        if let failure { throw failure }
    }

    /// Feeds one stage what came, and then tells it to flush or finish.
    private static func run(
        _ step: Step, _ stage: inout Stage, _ bytes: Span<UInt8>, into output: inout Output
    ) throws(StreamError) {
        if !bytes.isEmpty { try stage.write(bytes, into: &output) }
        switch step {
        case .write: break
        case .flush: try stage.flush(into: &output)
        case .finish: try stage.finish(into: &output)
        }
    }
}
