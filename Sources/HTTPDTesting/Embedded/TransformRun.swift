// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// Runs a ``StreamTransform`` by itself, without requests and buckets.
public enum TransformRun {
    /// Feeds pieces to a transform, finishes it, and returns how many bytes it put out, of which none is kept: for measuring.
    ///
    /// All of it is written, as it is where what is kept does not stay in its bucket.
    ///
    /// - Parameters:
    ///   - transform: What is run; used up.
    ///   - pieces: The stream as it is cut; empty pieces are left out, as the adapter does.
    /// - Throws: What the transform throws, or that it kept or dropped more than it was given.
    public static func count<Transform: StreamTransform & ~Copyable>(
        of transform: consuming Transform, fed pieces: [[UInt8]]
    ) throws(StreamError) -> Int {
        var storage: OutputStorage.One = [OutputStorage()]
        var count = 0
        for piece in pieces where !piece.isEmpty {
            var output = Output(editing: piece.span, into: storage.mutableSpan, keepsInPlace: false)
            try transform.write(piece.span, into: &output)
            count += storage[0].written.count
            storage[0].removeAll(keepingCapacityUpTo: 256 * 1024)
        }
        var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
        try transform.finish(into: &output)
        if let error = storage[0].error { throw error }
        return count + storage[0].written.count
    }

    /// Feeds pieces to a transform, finishes it, and returns all that it puts out.
    ///
    /// - Parameters:
    ///   - transform: What is run; used up.
    ///   - pieces: The stream as it is cut; empty pieces are left out, as the adapter does.
    ///   - flushes: Whether the transform is flushed after each piece.
    /// - Throws: What the transform throws, or that it kept or dropped more than it was given.
    public static func output<Transform: StreamTransform & ~Copyable>(
        of transform: consuming Transform, fed pieces: [[UInt8]], flushing flushes: Bool = false
    ) throws(StreamError) -> [UInt8] {
        var storage: OutputStorage.One = [OutputStorage()]
        for piece in pieces where !piece.isEmpty {
            var output = Output(editing: piece.span, into: storage.mutableSpan, keepsInPlace: false)
            try transform.write(piece.span, into: &output)
            guard flushes else { continue }
            var flushed = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
            try transform.flush(into: &flushed)
        }
        var output = Output(editing: Span(), into: storage.mutableSpan, keepsInPlace: false)
        try transform.finish(into: &output)
        if let error = storage[0].error { throw error }
        let written = storage[0].written
        return written.indices.map { written[$0] }
    }
}
