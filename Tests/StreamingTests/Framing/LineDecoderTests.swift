// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Streaming
import Testing

@Suite("Lines")
struct LineDecoderTests {
    private func lines(
        _ input: String, _ maximum: Int = 64, _ ending: LineDecoder.Ending = .either,
        _ unterminated: UnterminatedFrame = .isFrame
    ) throws -> [DecodedFrame] {
        try DecoderVerifier.verify(input) {
            LineDecoder(maximumLength: maximum, ending: ending, unterminated: unterminated)
        }
    }

    @Test func eitherEndingEndsALine() throws {
        #expect(try lines("one\r\ntwo\nthree\r\n") == [.frame("one"), .frame("two"), .frame("three")])
    }

    @Test func aLineMayBeEmpty() throws {
        #expect(try lines("\n\r\n\n") == [.frame(""), .frame(""), .frame("")])
        #expect(try lines("\r\n\r\n", 64, .carriageReturnLineFeed) == [.frame(""), .frame("")])
    }

    @Test func noBytesAreNoLine() throws {
        #expect(try lines("") == [])
    }

    @Test func aCarriageReturnAloneIsData() throws {
        #expect(try lines("a\rb\r\r\nc\r") == [.frame("a\rb\r"), .frame("c\r")])
        #expect(
            try lines("a\rb\nc\r\r\n\n\r\n", 64, .carriageReturnLineFeed) == [.frame("a\rb\nc\r"), .frame("\n")])
        #expect(try lines("a\r\nb\r\r\n", 64, .lineFeed) == [.frame("a\r"), .frame("b\r\r")])
    }

    @Test func anEndingCutBetweenTwoReadsIsOne() throws {
        for ending in [LineDecoder.Ending.either, .carriageReturnLineFeed] {
            var decoder = LineDecoder(maximumLength: 3, ending: ending)
            #expect(try decoder.decode([97, 98, 99, 13].span) == .incomplete)
            #expect(try decoder.decode([97, 98, 99, 13, 10].span) == .frame(payload: 0..<3, length: 5))
        }
    }

    @Test func theLongestLineIsALineAndOneByteMoreIsNot() throws {
        for (ending, text) in [(LineDecoder.Ending.lineFeed, "\n"), (.carriageReturnLineFeed, "\r\n"), (.either, "\n")]
        {
            #expect(try lines("12345\(text)", 5, ending) == [.frame("12345")])
            #expect(
                try lines("123456\(text)ok\(text)", 5, ending)
                    == [.overlong(length: 6 + text.utf8.count), .frame("ok")])
        }
        #expect(try lines("12345\r\n", 5, .either) == [.frame("12345")])
        #expect(try lines("123456\r\n1", 5, .either) == [.overlong(length: 8), .frame("1")])
        #expect(try lines("12345\r\r\n1", 5, .either) == [.overlong(length: 8), .frame("1")])
    }

    @Test func overlongLinesAreDroppedOneByOne() throws {
        let long = String(repeating: "x", count: 100)
        for (ending, text) in [
            (LineDecoder.Ending.lineFeed, "\n"), (.carriageReturnLineFeed, "\r\n"), (.either, "\r\n"),
        ] {
            let length = 100 + text.utf8.count
            #expect(
                try lines("a\(text)\(long)\(text)\(long)\(text)b\(text)\(text)\(long)", 8, ending) == [
                    .frame("a"), .overlong(length: length), .overlong(length: length), .frame("b"), .frame(""),
                    .overlong(length: 100),
                ])
        }
    }

    @Test func aFragmentOfTheEndingDoesNotEndAnOverlongLine() throws {
        let long = "xxxxxxxx\rxx\nxx\r\rxx"
        #expect(
            try lines("\(long)\r\r\nok\r\n", 4, .carriageReturnLineFeed)
                == [.overlong(length: long.utf8.count + 3), .frame("ok")])
    }

    @Test func overlongIsSaidOnceHoweverManyReadsItTakes() throws {
        var decoder = LineDecoder(maximumLength: 2, ending: .lineFeed)
        #expect(try decoder.decode([1, 1].span) == .incomplete)
        #expect(try decoder.decode([1, 1, 1].span) == .overlong(length: 3, isFirst: true))
        #expect(try decoder.decode(Span()) == .incomplete)
        #expect(try decoder.decode([1].span) == .overlong(length: 1, isFirst: false))
        #expect(try decoder.decode([1, 10, 2, 10].span) == .overlong(length: 2, isFirst: false))
        #expect(try decoder.decode([2, 10].span) == .frame(payload: 0..<1, length: 2))
        #expect(try decoder.decode([1, 1, 1].span) == .overlong(length: 3, isFirst: true))
        #expect(try decoder.decodeLast([1].span) == .overlong(length: 1, isFirst: false))
        #expect(try decoder.decodeLast(Span()) == .incomplete)
    }

    @Test func theLastLineNeedsNoEnding() throws {
        #expect(try lines("one\ntwo") == [.frame("one"), .frame("two")])
        #expect(try lines("one\r\ntwo\r", 64, .carriageReturnLineFeed) == [.frame("one"), .frame("two\r")])
        #expect(try lines("12345", 5) == [.frame("12345")])
        #expect(try lines("123456", 5) == [.overlong(length: 6)])
        #expect(try lines("12345\r", 5) == [.overlong(length: 6)])
    }

    @Test func halfALineMayBeDropped() throws {
        #expect(try lines("one\ntwo", 64, .either, .isDropped) == [.frame("one")])
        #expect(try lines("one\n", 64, .either, .isDropped) == [.frame("one")])
    }

    @Test func halfALineMayBeAnError() throws {
        let stream = try DecoderVerifier.verifyFailure(Array("one\ntwo".utf8)) {
            LineDecoder(maximumLength: 64, unterminated: .isError)
        }
        #expect(stream.frames == [.frame("one")])
        #expect(stream.error == StreamError("the stream ends inside a frame"))
        #expect(try lines("one\n", 64, .either, .isError) == [.frame("one")])
    }

    @Test func aMaximumOutOfRangeIsHeldToIt() throws {
        for maximum in [Int.min, -1, 0, 1] {
            #expect(try lines("a\nbb\n\n", maximum, .lineFeed) == [.frame("a"), .overlong(length: 3), .frame("")])
        }
        #expect(LineDecoder(maximumLength: Int.max).maximumFrameLength == 1 << 30 + 2)
    }

    @Test func noByteIsLookedAtTwice() throws {
        // A decoder that remembers does not see what changes in front of where it has looked.
        var decoder = LineDecoder(maximumLength: 100, ending: .lineFeed)
        #expect(try decoder.decode([1, 1, 1].span) == .incomplete)
        #expect(try decoder.decode([10, 1, 1, 1, 10].span) == .frame(payload: 0..<4, length: 5))
    }

    @Test func longLinesAreFoundAtAnyPlace() throws {
        // Across the blocks in which the search proceeds.
        for length in 0..<200 {
            var input = [UInt8](repeating: 120, count: length) + [10]
            input += [UInt8](repeating: 121, count: 200 - length) + [10]
            let decoder = LineDecoder(maximumLength: 300)
            let found = try DecoderRun().decode([input], with: decoder).frames
            #expect(
                found == [
                    .frame([UInt8](repeating: 120, count: length)),
                    .frame([UInt8](repeating: 121, count: 200 - length)),
                ])
        }
    }
}
