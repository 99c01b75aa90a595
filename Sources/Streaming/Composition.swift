// SPDX-License-Identifier: Apache-2.0

/// Two transforms as one: the second sees what the first puts out. No brigade lies between them.
public struct Chain<First: StreamTransform & ~Copyable, Second: StreamTransform & ~Copyable>: StreamTransform, ~Copyable
{
    private var first: First
    private var second: Second
    private var between: OutputStorage.One = [OutputStorage()]

    /// Feeds the output of `first` to `second`.
    public init(_ first: consuming First, _ second: consuming Second) {
        self.first = first
        self.second = second
    }

    /// What the first makes of a byte, each grown by the second.
    public var growthLimit: Int? { Growth.product(first.growthLimit, second.growthLimit) }

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
        var middle: OutputStorage.One = exchange(&between, with: [OutputStorage()])
        var failure: StreamError?
        do throws(StreamError) {
            try first.run(step, bytes, gathering: middle.mutableSpan)
            try second.run(step, middle[0].written, at: &output)
        } catch {
            failure = error
        }
        middle[0].removeAll(keepingCapacityUpTo: OutputStorage.keptBetweenTransforms)
        between = middle
        if let failure { throw failure }
    }
}

extension StreamTransform where Self: ~Copyable {
    /// This transform, and then another one on what it puts out: `Inflate().then(Replace(rules))`.
    public consuming func then<Next: StreamTransform & ~Copyable>(_ next: consuming Next) -> Chain<Self, Next> {
        Chain(self, next)
    }
}

/// How limits of growth add up.
enum Growth {
    /// The growth of two transforms, one behind the other; `nil` if that of one is not known.
    static func product(_ first: Int?, _ second: Int?) -> Int? {
        guard let first, let second else { return nil }
        let (product, overflow) = first.multipliedReportingOverflow(by: second)
        return overflow ? nil : product
    }
}
