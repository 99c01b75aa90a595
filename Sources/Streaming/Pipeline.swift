// SPDX-License-Identifier: Apache-2.0
internal import BasicContainers

/// Any number of transforms of one type as one: each sees what the one before it puts out.
public struct Pipeline<Stage: StreamTransform & ~Copyable>: StreamTransform, ~Copyable {
    private var stages: UniqueArray<Stage>
    private var current: OutputStorage.One = [OutputStorage()]
    private var next: OutputStorage.One = [OutputStorage()]

    /// Runs so many stages in order.
    public init<Failure: Error>(count: Int, _ make: (Int) throws(Failure) -> Stage) throws(Failure) {
        stages = UniqueArray()
        stages.reserveCapacity(max(0, count))
        var index = 0
        while index < count {
            stages.append(try make(index))
            index += 1
        }
    }

    /// Looks at the stages in order.
    public func forEach(_ body: (borrowing Stage) -> Void) {
        var index = 0
        while index < stages.count {
            body(stages[index])
            index += 1
        }
    }

    /// What the first makes of a byte, each grown by the next, and so on.
    public var growthLimit: Int? {
        var limit: Int? = 1
        forEach { limit = Growth.product(limit, $0.growthLimit) }
        return limit
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
        let last = stages.count - 1
        guard last >= 0 else {
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

extension Pipeline {
    /// Runs the stages in order.
    public init(_ stages: [Stage]) {
        self.init(count: stages.count) { stages[$0] }
    }
}
