// SPDX-License-Identifier: Apache-2.0

/// Any number of transforms of one type as one: each sees what the one before it puts out.
public struct Pipeline<Stage: StreamTransform>: StreamTransform, ~Copyable {
    private var stages: [Stage]
    private var current: OutputStorage.One = [OutputStorage()]
    private var next: OutputStorage.One = [OutputStorage()]

    /// Runs the stages in order.
    public init(_ stages: [Stage]) {
        self.stages = stages
    }

    /// What the first makes of a byte, each grown by the next, and so on.
    public var growthLimit: Int? {
        stages.reduce(1) { Growth.product($0, $1.growthLimit) }
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
        _ step: StreamStep, _ bytes: Span<UInt8>, into output: inout Output
    ) throws(StreamError) {
        guard let last = stages.indices.last else {
            output.keep(bytes.count)
            return
        }
        // One stage edits the input itself, so what it keeps stays in place.
        if last == 0 { return try stages[0].run(step, bytes, into: &output) }

        // All but the last write into one buffer while they read the other.
        var source: OutputStorage.One = exchange(&current, with: [OutputStorage()])
        var target: OutputStorage.One = exchange(&next, with: [OutputStorage()])
        var failure: StreamError?
        do throws(StreamError) {
            for index in 0..<last {
                if index == 0 {
                    try stages[index].run(step, bytes, gathering: target.mutableSpan)
                } else {
                    try stages[index].run(step, source[0].written, gathering: target.mutableSpan)
                }
                swap(&source, &target)
                target[0].removeAll(keepingCapacityUpTo: OutputStorage.keptBetweenTransforms)
            }
            try stages[last].run(step, source[0].written, at: &output)
        } catch {
            failure = error
        }
        source[0].removeAll(keepingCapacityUpTo: OutputStorage.keptBetweenTransforms)
        target[0].removeAll(keepingCapacityUpTo: OutputStorage.keptBetweenTransforms)
        current = source
        next = target
        if let failure { throw failure }
    }
}
