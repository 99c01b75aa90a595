// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Streaming
import Testing

@Suite("Frames of a length that is known or announced")
struct LengthDecoderTests {
    private static let ends = StreamError("the stream ends inside a frame")

    @Test func framesOfOneLength() throws {
        #expect(
            try DecoderVerifier.verify("abcdef") { FixedLengthDecoder(length: 3) } == [.frame("abc"), .frame("def")])
        #expect(try DecoderVerifier.verify("ab") { FixedLengthDecoder(length: 0) } == [.frame("a"), .frame("b")])
        #expect(try DecoderVerifier.verify("") { FixedLengthDecoder(length: 3) } == [])
        let stream = try DecoderVerifier.verifyFailure(Array("abcd".utf8)) { FixedLengthDecoder(length: 3) }
        #expect(stream == DecodedStream(frames: [.frame("abc")], error: Self.ends))
    }

    @Test func whatIsReadIsAFrame() throws {
        let stream = try DecoderRun().decode([[1, 2], [3], [4, 5, 6, 7]], with: RawDecoder(maximumLength: 3))
        #expect(
            stream
                == DecodedStream(frames: [.frame([1, 2]), .frame([3]), .frame([4, 5, 6]), .frame([7])], error: nil))
        #expect(RawDecoder(maximumLength: -1).maximumFrameLength == 1)
    }

    /// A length and so many bytes.
    private func wire(
        _ value: UInt64, _ width: LengthFieldDecoder.Width, _ order: LengthFieldDecoder.ByteOrder,
        _ payload: String = ""
    ) -> [UInt8] {
        let count =
            switch width {
            case .one: 1
            case .two: 2
            case .three: 3
            case .four: 4
            case .eight: 8
            case .varint: 0
            }
        var field: [UInt8] = []
        if width == .varint {
            var rest = value
            while rest >= 0x80 {
                field.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            field.append(UInt8(rest))
        } else {
            field = (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
            if order == .big { field.reverse() }
        }
        return field + Array(payload.utf8)
    }

    private static let widths: [LengthFieldDecoder.Width] = [.one, .two, .three, .four, .eight, .varint]

    @Test(arguments: widths, [LengthFieldDecoder.ByteOrder.big, .little])
    func everyWidthInEveryOrder(_ width: LengthFieldDecoder.Width, _ order: LengthFieldDecoder.ByteOrder) throws {
        let input =
            wire(5, width, order, "hello") + wire(0, width, order) + wire(1, width, order, "x")
            + wire(0, width, order)
        try DecoderVerifier.verify(input, expecting: [.frame("hello"), .frame(""), .frame("x"), .frame("")]) {
            LengthFieldDecoder(width: width, byteOrder: order, maximumLength: 5)
        }
    }

    @Test(arguments: widths, [LengthFieldDecoder.ByteOrder.big, .little])
    func aLengthThatCountsItself(_ width: LengthFieldDecoder.Width, _ order: LengthFieldDecoder.ByteOrder) throws {
        let size = UInt64(wire(0, width, order).count)
        let input = wire(5 + size, width, order, "hello") + wire(size, width, order) + wire(1 + size, width, order, "x")
        try DecoderVerifier.verify(input, expecting: [.frame("hello"), .frame(""), .frame("x")]) {
            LengthFieldDecoder(width: width, byteOrder: order, countsItself: true, maximumLength: 5)
        }
        for value in 0..<size {
            let stream = try DecoderVerifier.verifyFailure(input + wire(value, width, order, "rest")) {
                LengthFieldDecoder(width: width, byteOrder: order, countsItself: true, maximumLength: 5)
            }
            #expect(stream.frames.count == 3)
            #expect(stream.error == StreamError("a length of \(value) is less than the bytes it is written in"))
        }
    }

    @Test func highBytesCount() throws {
        let payload = String(repeating: "x", count: 300)
        for order in [LengthFieldDecoder.ByteOrder.big, .little] {
            for width in Self.widths where width != .one {
                try DecoderVerifier.verify(
                    wire(300, width, order, payload) + wire(2, width, order, "yz"),
                    expecting: [.frame(payload), .frame("yz")], randomSplitCount: 4
                ) { LengthFieldDecoder(width: width, byteOrder: order, maximumLength: 300) }
            }
        }
    }

    @Test(arguments: widths)
    func oneByteMoreThanTheMaximumIsOverlongAndSkipped(_ width: LengthFieldDecoder.Width) throws {
        let input = wire(6, width, .big, "123456") + wire(5, width, .big, "12345") + wire(100, width, .big)
        let size = wire(6, width, .big).count
        let whole = input + [UInt8](repeating: 7, count: 100) + wire(0, width, .big)
        try DecoderVerifier.verify(
            whole, expecting: [.overlong(length: 6 + size), .frame("12345"), .overlong(length: 100 + size), .frame("")]
        ) { LengthFieldDecoder(width: width, maximumLength: 5) }
    }

    @Test(arguments: widths)
    func aStreamThatEndsInsideAFrameIsAnError(_ width: LengthFieldDecoder.Width) throws {
        let input = wire(2, width, .big, "ab") + wire(5, width, .big, "hell")
        let stream = try DecoderVerifier.verifyFailure(input) { LengthFieldDecoder(width: width, maximumLength: 5) }
        #expect(stream == DecodedStream(frames: [.frame("ab")], error: Self.ends))
        // Nothing is left of an overlong frame but what is missing of it.
        let overlong = wire(2, width, .big, "ab") + wire(90, width, .big, "hell")
        let other = try DecoderVerifier.verifyFailure(overlong) { LengthFieldDecoder(width: width, maximumLength: 5) }
        #expect(other.error == Self.ends)
        #expect(
            other.frames == [
                .frame("ab"), .overlong(length: overlong.count - input.count + 4 + wire(5, width, .big).count),
            ])
    }

    @Test func aStreamThatEndsInsideALengthIsAnError() throws {
        for width in Self.widths where width != .one {
            let stream = try DecoderVerifier.verifyFailure([0x80]) {
                LengthFieldDecoder(width: width, maximumLength: 5)
            }
            #expect(stream == DecodedStream(error: Self.ends))
        }
    }

    @Test(arguments: [false, true])
    func hugeLengthsAreOverlongOrErrorsAndNeverTrap(_ countsItself: Bool) throws {
        let values: [UInt64] = [
            .max, .max - 1, .max - 7, .max - 8, .max - 10, 1 << 63, 1 << 63 + 8, 1 << 63 - 1, 1 << 63 - 8, 1 << 63 - 9,
            1 << 63 - 10, 1 << 63 - 11, 1 << 62, 1 << 32, 1 << 31, 1 << 31 - 1,
        ]
        for value in values {
            for width in [LengthFieldDecoder.Width.eight, .varint] {
                let input = wire(value, width, .big, "payload")
                let stream = try DecoderVerifier.verifyFailure(input) {
                    LengthFieldDecoder(width: width, countsItself: countsItself, maximumLength: Int.max)
                }
                let size = UInt64(wire(value, width, .big).count)
                if value - (countsItself ? size : 0) <= UInt64(Int.max) - size {
                    #expect(stream == DecodedStream(frames: [.overlong(length: input.count)], error: Self.ends))
                } else {
                    #expect(stream == DecodedStream(error: StreamError("a frame announces \(value) bytes")))
                }
            }
        }
        for width in [LengthFieldDecoder.Width.one, .two, .three, .four] {
            let input = [UInt8](repeating: 0xFF, count: 12)
            let stream = try DecoderVerifier.verifyFailure(input) {
                LengthFieldDecoder(width: width, countsItself: countsItself, maximumLength: 1)
            }
            #expect(stream == DecodedStream(frames: [.overlong(length: 12)], error: Self.ends))
        }
    }

    @Test func aVarintOfTooManyBytesOrBitsIsAnError() throws {
        let error = StreamError("a varint is longer than 64 bits")
        let full = [UInt8](repeating: 0xFF, count: 9)
        let zeros = [UInt8](repeating: 0x80, count: 9)
        for input in [full + [0x02], full + [0x7F], full + [0x81, 0x00], zeros + [0x80, 0x00], zeros + [0x80]] {
            let stream = try DecoderVerifier.verifyFailure([1, 65] + input + [1, 65]) {
                LengthFieldDecoder(width: .varint, maximumLength: 5)
            }
            #expect(stream == DecodedStream(frames: [.frame("A")], error: error))
        }
        // Ten bytes are allowed, and zeros that make it longer.
        try DecoderVerifier.verify(zeros + [0x00, 0x81, 0x00, 65], expecting: [.frame(""), .frame("A")]) {
            LengthFieldDecoder(width: .varint, maximumLength: 1)
        }
    }

    @Test func theMaximumIncludesTheLength() {
        #expect(LengthFieldDecoder(width: .four, maximumLength: 100).maximumFrameLength == 104)
        #expect(LengthFieldDecoder(width: .varint, maximumLength: 100).maximumFrameLength == 110)
        #expect(LengthFieldDecoder(width: .eight, maximumLength: 0).maximumFrameLength == 9)
        #expect(LengthFieldDecoder(width: .eight, maximumLength: .max).maximumFrameLength == 1 << 30 + 8)
        #expect(FixedLengthDecoder(length: .max).maximumFrameLength == 1 << 30)
    }
}
