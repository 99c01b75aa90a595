// SPDX-License-Identifier: Apache-2.0
internal import CodecLibraries
internal import Streaming

/// Random bytes in a random number.
enum Padding {
    /// From 1 to `most` bytes; none for 0.
    static func make(most: Int) throws(StreamError) -> [UInt8] {
        guard most > 0 else { return [] }
        let most = min(most, CompressionSettings.longestPadding)
        var bytes = [UInt8](repeating: 0, count: Int.random(in: 1...most))
        var span = bytes.mutableSpan
        // A length that can be guessed hides nothing, so no body goes out without.
        guard CodecBytes.fillRandomly(&span) else { throw StreamError("the system gave no random bytes for padding") }
        return bytes
    }
}
