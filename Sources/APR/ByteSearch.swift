// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

extension Span where Element == UInt8 {
    /// The offset of the first occurrence of `needle` at or after `start`. The corresponding C call is `memmem`.
    ///
    /// - Returns: `nil` when there is none, when `needle` is empty, or when `start` is past the end.
    public func firstOffset(of needle: Span<UInt8>, from start: Int = 0) -> Int? {
        guard start >= 0, start <= count, !needle.isEmpty, needle.count <= count - start else { return nil }
        // SAFETY: memmem reads only inside the two buffers, whose counts are passed; `start` was checked above.
        return unsafe withUnsafeBytes { haystack -> Int? in
            unsafe needle.withUnsafeBytes { pattern -> Int? in
                guard let base = haystack.baseAddress, let first = pattern.baseAddress else { return nil }
                let found = unsafe chttpd_find(base + start, haystack.count - start, first, pattern.count)
                return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
            }
        }
    }

    /// The offset of the first `byte` at or after `start`. The corresponding C call is `memchr`.
    ///
    /// - Returns: `nil` when there is none, or when `start` is past the end.
    public func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start >= 0, start < count else { return nil }
        // SAFETY: memchr reads only inside the buffer, whose count is passed; `start` was checked above.
        return unsafe withUnsafeBytes { haystack -> Int? in
            guard let base = haystack.baseAddress else { return nil }
            let found = unsafe memchr(base + start, Int32(byte), haystack.count - start)
            return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
        }
    }
}
