// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Streaming
import Testing

@Suite("Delimited frames")
struct DelimiterDecoderTests {
    private func frames(
        _ input: String, _ delimiter: String, _ maximum: Int = 64, _ unterminated: UnterminatedFrame = .isFrame
    ) throws -> [DecodedFrame] {
        let decoder = try #require(
            DelimiterDecoder(delimiter: Array(delimiter.utf8), maximumLength: maximum, unterminated: unterminated))
        return try DecoderVerifier.verify(input) { decoder }
    }

    @Test func noBytesDelimitNothing() {
        #expect(DelimiterDecoder(delimiter: [], maximumLength: 64) == nil)
    }

    @Test func oneByteDelimits() throws {
        #expect(try frames("a\0\0bc\0", "\0") == [.frame("a"), .frame(""), .frame("bc")])
    }

    @Test func manyBytesDelimit() throws {
        let delimiter = "--a delimiter of thirty-four bytes"
        #expect(
            try frames("a\(delimiter)\(delimiter)--a delimiter of\(delimiter)", delimiter)
                == [.frame("a"), .frame(""), .frame("--a delimiter of")])
    }

    @Test func theStartOfADelimiterIsDataWhenNoneComesOfIt() throws {
        #expect(try frames("aab", "aab") == [.frame("")])
        #expect(try frames("aaab", "aab") == [.frame("a")])
        #expect(try frames("ababac", "abac") == [.frame("ab")])
        #expect(try frames("\r\n\r\r\n\r\n", "\r\n\r\n") == [.frame("\r\n\r")])
        #expect(try frames("aabaaabaaaab", "aabaaaab") == [.frame("aaba")])
    }

    @Test func theFirstDelimiterCounts() throws {
        #expect(try frames("ababa", "aba") == [.frame(""), .frame("ba")])
        #expect(try frames("aaaaa", "aa") == [.frame(""), .frame(""), .frame("a")])
    }

    @Test func theLongestFrameIsAFrameAndOneByteMoreIsNot() throws {
        #expect(try frames("12345END1END", "END", 5) == [.frame("12345"), .frame("1")])
        #expect(try frames("123456END1END", "END", 5) == [.overlong(length: 9), .frame("1")])
        #expect(try frames("12EN5END", "END", 5) == [.frame("12EN5")])
        #expect(try frames("1234ENDEND", "END", 5) == [.frame("1234"), .frame("")])
    }

    @Test func overlongFramesAreDroppedThroughTheirDelimiter() throws {
        let long = String(repeating: "EN", count: 40)
        #expect(
            try frames("\(long)END\(long)ENDokEND\(long)", "END", 4)
                == [.overlong(length: 83), .overlong(length: 83), .frame("ok"), .overlong(length: 80)])
        #expect(try frames("xxxxxaaaaab.", "aaab", 3) == [.overlong(length: 11), .frame(".")])
    }

    @Test func whatNoDelimiterFollows() throws {
        #expect(try frames("a--b", "--") == [.frame("a"), .frame("b")])
        #expect(try frames("a--b-", "--") == [.frame("a"), .frame("b-")])
        #expect(try frames("a--12345", "--", 5) == [.frame("a"), .frame("12345")])
        #expect(try frames("a--12345-", "--", 5) == [.frame("a"), .overlong(length: 6)])
        #expect(try frames("a--b-", "--", 64, .isDropped) == [.frame("a")])
        let decoder = try #require(
            DelimiterDecoder(delimiter: [45, 45], maximumLength: 5, unterminated: .isError))
        let stream = try DecoderVerifier.verifyFailure(Array("a--b-".utf8)) { decoder }
        #expect(stream == DecodedStream(frames: [.frame("a")], error: StreamError("the stream ends inside a frame")))
    }

    @Test func anyTextIsCutAsThePlainestSearchCutsIt() throws {
        var generator = SeededGenerator(seed: 0xDE11)
        for _ in 0..<60 {
            let delimiter = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                UInt8.random(in: 97...98, using: &generator)
            }
            let input = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                UInt8.random(in: 97...98, using: &generator)
            }
            let maximum = Int.random(in: 1...12, using: &generator)
            let decoder = try #require(DelimiterDecoder(delimiter: delimiter, maximumLength: maximum))
            try DecoderVerifier.verify(input, expecting: plainly(input, delimiter, maximum), randomSplitCount: 8) {
                decoder
            }
        }
    }

    /// The frames of the whole input, in the plainest way.
    private func plainly(_ input: [UInt8], _ delimiter: [UInt8], _ maximum: Int) -> [DecodedFrame] {
        var frames: [DecodedFrame] = []
        var frame: [UInt8] = []
        var rest = input[...]
        while !rest.isEmpty {
            if rest.starts(with: delimiter) {
                frames.append(
                    frame.count <= maximum ? .frame(frame) : .overlong(length: frame.count + delimiter.count))
                frame = []
                rest = rest.dropFirst(delimiter.count)
            } else {
                frame.append(rest.removeFirst())
            }
        }
        if !frame.isEmpty { frames.append(frame.count <= maximum ? .frame(frame) : .overlong(length: frame.count)) }
        return frames
    }
}
