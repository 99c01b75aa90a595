// SPDX-License-Identifier: Apache-2.0
//
// All of the module, and it must stay the only file: Swift 6.3.1 crashes when it optimizes a module of several files and
// one of them calls a C function that takes spans, because the wrapper that it makes belongs to none of the files.
package import CCodecs
package import Streaming

/// A library's context for one stream: out of a pool, and back into the pool of the thread that closes it.
///
/// Its owner, which cannot be copied, closes it. What is done with a closed one fails, and closing it again does nothing.
package struct CodecContext: Sendable {
    private let handle: ccodecs_handle

    /// `nil` when memory runs out.
    package init?(_ kind: ccodecs_kind, level: Int = 0, length: Int? = nil) {
        handle = ccodecs_open(kind, Int32(clamping: level), Int64(length ?? -1))
        if handle.generation == 0 { return nil }
    }

    /// Gives it back.
    package func close() {
        ccodecs_close(handle)
    }

    /// The bytes of memory that it holds.
    package var memory: Int { ccodecs_memory(handle) }

    /// Goes on with the stream, and puts at most `room` bytes out; `nil` when the output may not take so many more.
    package func run(
        _ operation: ccodecs_operation, _ input: Span<UInt8>, room: Int, into output: inout Output
    ) -> ccodecs_step? {
        let handle = handle
        let room = max(1, room)
        var result: ccodecs_step?
        output.append(count: room) { bytes in
            bytes.append(repeating: 0, count: room)
            var free = bytes.mutableSpan
            let step = ccodecs_run(handle, operation, input, &free)
            bytes.removeLast(room - min(step.produced, room))
            result = step
        }
        return result
    }

    /// The same into a buffer, which is not empty.
    package func run(
        _ operation: ccodecs_operation, _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> ccodecs_step? {
        output.isEmpty ? nil : ccodecs_run(handle, operation, input, &output)
    }

    /// Encodes a whole body at once.
    ///
    /// - Returns: The number of bytes put out, or `nil` when memory ran out.
    package func encode(whole body: Span<UInt8>, into output: inout Output) -> Int? {
        let handle = handle
        let count = ccodecs_whole(handle, body)
        guard count > 0 else { return nil }
        output.append(count: count) { bytes in
            bytes.append(repeating: 0, count: count)
            var free = bytes.mutableSpan
            bytes.removeLast(count - min(ccodecs_take(handle, 0, &free), count))
        }
        return count
    }
}

/// Checksums and random bytes.
package enum CodecBytes {
    /// gzip's checksum of what gave `checksum`, 0 at first, and `bytes` behind it.
    package static func crc32(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 { ccodecs_crc32(checksum, bytes) }

    /// zlib's, which is 1 at first.
    package static func adler32(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 { ccodecs_adler32(checksum, bytes) }

    /// xz's checksum of what gave `checksum`, 0 at first, and `bytes` behind it.
    package static func crc64(_ checksum: UInt64, _ bytes: Span<UInt8>) -> UInt64 { ccodecs_crc64(checksum, bytes) }

    /// Fills what is not empty from the system's source of random numbers.
    ///
    /// - Returns: Whether there were any.
    package static func fillRandomly(_ bytes: inout MutableSpan<UInt8>) -> Bool {
        !bytes.isEmpty && ccodecs_random(&bytes) != 0
    }
}
