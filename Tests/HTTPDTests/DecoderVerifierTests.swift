// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@Suite("The verifier finds what decoders do wrong")
struct DecoderVerifierTests {
    private static let input = "one\ntwo\nthree\n"

    /// What is found wrong with a decoder that has one fault.
    private func failure(
        of fault: FaultyDecoder.Fault, _ input: String = input
    ) throws -> VerificationFailure {
        try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verify(input) { FaultyDecoder(fault) }
        }
    }

    @Test func aDecoderWithoutFaultPasses() throws {
        let frames = try DecoderVerifier.verify(Self.input) { FaultyDecoder(.none) }
        #expect(frames == [.frame("one"), .frame("two"), .frame("three")])
    }

    @Test func theDecoderOfTheDocumentationPasses() throws {
        try DecoderVerifier.verify("5:hello,0:,", expecting: [.frame("hello"), .frame("")]) { NetstringDecoder() }
        let longest = String(repeating: "x", count: 4096)
        try DecoderVerifier.verify("4096:\(longest),1:y,", expecting: [.frame(longest), .frame("y")]) {
            NetstringDecoder()
        }
        for text in ["4097:", "99999", ":,", "1:xx", "-1:"] {
            try DecoderVerifier.verifyFailure(Array(text.utf8)) { NetstringDecoder() }
        }
    }

    @Test func framesThatAreNotWhatWasExpected() throws {
        let failure = try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verify("a\nb\n", expecting: [.frame("a"), .frame("c")]) { FaultyDecoder(.none) }
        }
        #expect(
            failure.description
                == "whole: what is found differs from what is expected: "
                + "frame \"b\" (1 bytes) at 1 instead of frame \"c\" (1 bytes) at 1")
    }

    @Test func framesThatDependOnTheCuts() throws {
        let failure = try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verify(Self.input) { RawDecoder(maximumLength: 64) }
        }
        #expect(failure.problem.contains("what is found differs from that of the whole input"))
    }

    @Test func anEndingThatIsMissedWhenItIsCut() throws {
        let failure = try failure(of: .missesCutEnding, "one\r\ntwo\r\n")
        #expect(failure.variation == "byte by byte")
        #expect(failure.problem.contains("frame \"one\\r\" (4 bytes) at 0 instead of frame \"one\" (3 bytes) at 0"))
    }

    @Test func aPositionThatIsKeptAfterAFrame() throws {
        #expect(try failure(of: .keepsPosition, "three\none\n").problem.contains("differs"))
    }

    @Test func takingNothing() throws {
        #expect(try failure(of: .takesNothing).problem == "the decoder takes no bytes for a frame")
        #expect(try failure(of: .dropsNothing).problem == "the decoder drops no bytes of an overlong frame")
    }

    @Test func takingWhatIsNotThere() throws {
        #expect(try failure(of: .takesTooMuch).problem == "the decoder takes 15 bytes for a frame, and has 14")
        #expect(try failure(of: .dropsTooMuch).problem == "the decoder drops 15 bytes of an overlong frame, and has 14")
    }

    @Test func aPayloadOutsideTheFrame() throws {
        #expect(
            try failure(of: .payloadBeyond).problem == "the payload 0..<5 is not within the frame's 4 bytes")
    }

    @Test func wantingMoreThanTheMaximum() throws {
        let failure = try failure(of: .none, "a line that is longer than all")
        #expect(failure.problem == "the decoder has 30 bytes and wants more: its maximum is 16")
    }

    @Test func aFrameBeyondTheMaximum() throws {
        let failure = try failure(of: .takesAll, "0123456789abcdefg")
        #expect(failure.problem == "the decoder takes 17 bytes for a frame, and its maximum is 16")
    }

    @Test func anOverlongFrameThatIsReportedAgain() throws {
        let failure = try failure(of: .saysOverlongAgain)
        #expect(failure.problem.contains("differs"))
    }

    @Test func anOverlongFrameThatIsNeverBegun() throws {
        let failure = try failure(of: .neverSaysOverlong)
        #expect(failure.problem == "the decoder goes on with an overlong frame that did not begin")
    }

    @Test func aDecoderThatIsSpoiledByNeedlessCalls() throws {
        let failure = try failure(of: .countsCalls)
        #expect(failure.problem.contains("differs"))
    }

    @Test func anEndThatIsDealtWithInOneWayOnly() throws {
        let failure = try failure(of: .losesLast, "one\ntwo")
        #expect(failure.problem.contains("differs"))
        #expect(failure.variation == "whole, the end known at once")
    }

    @Test func aFaultThatShowsWhereTheStreamStops() throws {
        // The whole ends with a line's ending, so only its starts show what becomes of a last line.
        let failure = try failure(of: .losesLast)
        #expect(failure.variation.hasPrefix("ended after") || failure.variation.hasSuffix("the end known at once"))
    }

    @Test func aDecoderThatThrows() throws {
        let failure = try failure(of: .throwsAtDigit, "one\n2\n")
        #expect(failure.description == "whole: the decoder failed: a digit")
        let stream = try DecoderVerifier.verifyFailure(Array("one\ntwo\n3\nfour\n".utf8)) {
            FaultyDecoder(.throwsAtDigit)
        }
        #expect(stream.frames == [.frame("one"), .frame("two")])
        #expect(stream.error == StreamError("a digit"))
    }

    @Test func aDecoderThatDoesNotThrow() throws {
        let failure = try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verifyFailure(Array("one\n".utf8)) { FaultyDecoder(.throwsAtDigit) }
        }
        #expect(failure.problem == "the decoder did not fail")
    }

    @Test func anErrorThatDependsOnTheCuts() throws {
        // Seen in the whole input before the frames in front of it.
        let failure = try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verifyFailure(Array("one\ntwo\n3\n".utf8)) { FaultyDecoder(.throwsEarly) }
        }
        #expect(failure.problem.contains("differs"))
    }

    @Test func aRandomSplitNamesItsSeed() throws {
        // No other variation has a third piece that is so long.
        let input = [UInt8](repeating: 1, count: 96)
        let seen = try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verify(input) { PieceHater() }
        }
        let seed = try #require(seen.seed)
        let again = try #require(throws: VerificationFailure.self) {
            try DecoderVerifier.verify(input, seed: seed, randomSplitCount: 1) { PieceHater() }
        }
        #expect(again.seed == seed && again.description == seen.description)
        #expect(again.description.hasPrefix("random split (seed \(seed)): "))
    }
}

/// Cuts at LF, and does one thing wrong.
private struct FaultyDecoder: FrameDecoder {
    enum Fault {
        case none, missesCutEnding, keepsPosition, takesNothing, dropsNothing, takesTooMuch, dropsTooMuch, payloadBeyond
        case takesAll, saysOverlongAgain, neverSaysOverlong, countsCalls, losesLast, throwsAtDigit, throwsEarly
    }

    let fault: Fault
    let maximumFrameLength = 16
    private var scanned = 0
    private var calls = 0

    init(_ fault: Fault) {
        self.fault = fault
    }

    mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        calls += 1
        guard !bytes.isEmpty else { return .incomplete }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        switch fault {
        case .takesNothing: return .frame(payload: 0..<0, length: 0)
        case .dropsNothing: return .overlong(length: 0, isFirst: true)
        case .takesTooMuch: return .frame(payload: 0..<1, length: bytes.count + 1)
        case .dropsTooMuch: return .overlong(length: bytes.count + 1, isFirst: true)
        case .takesAll: return .frame(payload: 0..<bytes.count, length: bytes.count)
        case .saysOverlongAgain: return .overlong(length: bytes.count, isFirst: true)
        case .neverSaysOverlong: return .overlong(length: bytes.count, isFirst: false)
        case .throwsAtDigit where digits.contains(bytes[0]): throw StreamError("a digit")
        case .throwsEarly:
            for index in bytes.indices where digits.contains(bytes[index]) { throw StreamError("a digit") }
        default: break
        }
        let start = fault == .keepsPosition ? scanned : 0
        var index = min(start, bytes.count)
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        let seenBefore = scanned
        scanned = index
        guard index < bytes.count else { return .incomplete }
        if fault != .keepsPosition { scanned = 0 }
        var end = index
        // Looks for CR only in what is new.
        if fault == .missesCutEnding, end > seenBefore, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if fault == .payloadBeyond { end += 2 }
        if fault == .countsCalls, calls > 20 { end = 0 }
        return .frame(payload: 0..<end, length: index + 1)
    }

    mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        if fault == .losesLast, !bytes.isEmpty, bytes[bytes.count - 1] != UInt8(ascii: "\n") {
            // Right only when it was seen before.
            return scanned == bytes.count ? .frame(payload: 0..<bytes.count, length: bytes.count) : .incomplete
        }
        return try decode(bytes)
    }
}

/// Takes single bytes, but drops one of the third piece when five or more are at hand.
private struct PieceHater: FrameDecoder {
    let maximumFrameLength = 1024
    private var pieces = 0
    private var isInPiece = false

    mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        guard !bytes.isEmpty else {
            isInPiece = false
            return .incomplete
        }
        if !isInPiece {
            isInPiece = true
            pieces += 1
            if pieces == 3, bytes.count >= 5 { return .overlong(length: 1, isFirst: true) }
        }
        return .frame(payload: 0..<1, length: 1)
    }
}

/// Netstrings: `5:hello,`, as the article on framing has it.
private struct NetstringDecoder: FrameDecoder {
    let maximumFrameLength = 4096 + 6

    mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        var length = 0
        for index in 0..<min(bytes.count, 5) {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                length = length * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            case UInt8(ascii: ":") where index > 0 && length <= 4096:
                let end = index + 1 + length
                guard bytes.count > end else { return .incomplete }
                guard bytes[end] == UInt8(ascii: ",") else { throw StreamError("no comma behind the string") }
                return .frame(payload: index + 1..<end, length: end + 1)
            default:
                throw StreamError("no length of a netstring")
            }
        }
        guard bytes.count < 5 else { throw StreamError("no length of a netstring") }
        return .incomplete
    }
}
