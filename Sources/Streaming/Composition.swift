// SPDX-License-Identifier: Apache-2.0

/// Two transforms as one: the second sees what the first puts out. No brigade lies between them.
public struct Chain<First: StreamTransform & ~Copyable, Second: StreamTransform & ~Copyable>: StreamTransform, ~Copyable
{
    private var first: First
    private var second: Second
    private var between = OutputStorage()

    /// Feeds the output of `first` to `second`.
    public init(_ first: consuming First, _ second: consuming Second) {
        self.first = first
        self.second = second
    }

    /// Which call to make on the first transform.
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
        try second.flush(into: &output)
    }

    /// Finishes each transform into the next.
    public mutating func finish(into output: inout Output) throws(StreamError) {
        try run(.finish, Span(), into: &output)
        try second.finish(into: &output)
    }

    private mutating func run(
        _ step: Step, _ bytes: Span<UInt8>, into output: inout Output
    ) throws(StreamError) {
        var inner = Output(
            editing: bytes, into: exchange(&between, with: OutputStorage()), keepsInPlace: false
        )
        var failure: StreamError?
        do throws(StreamError) {
            switch step {
            case .write: try first.write(bytes, into: &inner)
            case .flush: try first.flush(into: &inner)
            case .finish: try first.finish(into: &inner)
            }
        } catch {
            failure = error
        }
        var middle = inner.finish()
        if middle.hasFault { failure = failure ?? .editBeyondInput }
        if failure == nil, middle.count > 0 {
            do throws(StreamError) {
                try forward(middle.written, into: &output)
            } catch {
                failure = error
            }
        }
        middle.removeAll(keepingCapacityUpTo: 128 * 1024)
        between = middle
        if let failure { throw failure }
    }

    /// The second transform edits the bytes between the two; what it makes of them is all new to `output`.
    private mutating func forward(_ bytes: Span<UInt8>, into output: inout Output) throws(StreamError) {
        var outer = Output(editing: bytes, into: output.lendStorage(), keepsInPlace: false)
        let failure: StreamError?
        do throws(StreamError) {
            try second.write(bytes, into: &outer)
            failure = nil
        } catch {
            failure = error
        }
        output.takeBack(outer.finish())
        if let failure { throw failure }
    }
}

extension StreamTransform where Self: ~Copyable {
    /// This transform, and then another one on what it puts out: `Inflate().then(Replace(rules))`.
    public consuming func then<Next: StreamTransform & ~Copyable>(_ next: consuming Next) -> Chain<Self, Next> {
        Chain(self, next)
    }
}
