// SPDX-License-Identifier: Apache-2.0

/// Takes what a transform puts out where no filter is around it, as in work that is done beside a response.
public struct OutputBuffer: ~Copyable {
    private var storage: OutputStorage.One = [OutputStorage()]

    /// An empty buffer.
    public init() {}

    /// Lets `body` write, behind what is there.
    ///
    /// - Parameters:
    ///   - input: What ``Output/keep(_:)`` and ``Output/drop(_:)`` are about.
    ///   - body: Uses the output; lent for the call.
    /// - Throws: What `body` throws, or that it kept, dropped or wrote more than it may.
    public mutating func collect(
        editing input: Span<UInt8> = Span(), _ body: (inout Output) throws(StreamError) -> Void
    ) throws(StreamError) {
        do {
            var output = Output(editing: input, into: storage.mutableSpan, keepsInPlace: false)
            try body(&output)
        }
        if let error = storage[0].error { throw error }
    }

    /// What was written.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { storage[0].written }
    }

    /// Forgets what was written; the memory is used again.
    public mutating func removeAll() {
        storage[0].removeAll(keepingCapacityUpTo: OutputStorage.keptBetweenTransforms)
    }
}
