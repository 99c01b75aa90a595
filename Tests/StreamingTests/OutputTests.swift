// SPDX-License-Identifier: Apache-2.0
import Streaming
import Testing

@Suite("Edits of an output")
struct OutputTests {
    /// Makes one call and gives back what it left behind.
    private func edit(
        _ input: String, keepsInPlace: Bool = false, _ body: (inout Output) -> Void
    ) -> (written: String, segments: [OutputStorage.Segment], hasFault: Bool) {
        let bytes = Array(input.utf8)
        var storage: OutputStorage.One = [OutputStorage()]
        var output = Output(editing: bytes.span, into: storage.mutableSpan, keepsInPlace: keepsInPlace)
        body(&output)
        storage[0].closeRuns()
        let written = (0..<storage[0].count).map { storage[0].written[$0] }
        return (String(decoding: written, as: UTF8.self), segments(of: storage[0]), storage[0].hasFault)
    }

    @Test func editsApplyInOrder() {
        let result = edit("hello world") { output in
            output.keep(5)
            output.insert("!")
            output.drop(1)
            output.insert(" you ")
            output.keep(5)
        }
        #expect(result.written == "hello! you world")
        #expect(!result.hasFault)
    }

    @Test func whatIsLeftOverIsDropped() {
        #expect(edit("hello") { $0.keep(2) }.written == "he")
        #expect(edit("hello") { _ in }.written == "")
    }

    @Test func remainingCountsDown() {
        _ = edit("hello") { output in
            #expect(output.remaining == 5)
            output.keep(2)
            #expect(output.remaining == 3)
            output.drop(1)
            #expect(output.remaining == 2)
            output.insert("xyz")
            #expect(output.remaining == 2)
        }
    }

    @Test func appendWritesAsMuchAsItWasGiven() {
        let result = edit("") { output in
            output.append(count: 10) { span in
                span.append(65)
                span.append(66)
            }
        }
        #expect(result.written == "AB")
    }

    @Test func keepingZeroIsNothing() {
        let result = edit("ab", keepsInPlace: true) { output in
            output.keep(0)
            output.drop(0)
            output.insert("")
        }
        #expect(result.written == "" && result.segments == [] && !result.hasFault)
    }

    @Test(
        arguments: [
            Faulty.Fault.keepsTooMuch, .dropsTooMuch, .keepsLessThanNothing, .dropsLessThanNothing,
            .appendsLessThanNothing,
        ])
    func editsOutOfRangeFailAndDoNotTrap(_ fault: Faulty.Fault) {
        #expect(throws: StreamError.editBeyondInput) {
            _ = try feed([[1, 2, 3]], to: Faulty(fault: fault))
        }
    }

    @Test func writingTooMuchFailsAndDoesNotTrap() {
        #expect(throws: StreamError.tooMuchOutput) {
            _ = try feed([[1, 2, 3]], to: Faulty(fault: .appendsTooMuch))
        }
    }

    @Test func keepingTooMuchKeepsWhatThereIs() {
        let result = edit("abc") { $0.keep(Int.max) }
        #expect(result.written == "abc" && result.hasFault)
    }

    @Test func wholeInputStaysInPlace() {
        let result = edit("abc", keepsInPlace: true) { $0.keep(3) }
        #expect(result.written == "")
        #expect(result.segments == [.kept(offset: 0, count: 3)])
    }

    @Test func shortRunsAreCopiedToStandTogether() {
        let result = edit("abcdef", keepsInPlace: true) { output in
            output.keep(3)
            output.insert("-")
            output.keep(3)
        }
        #expect(result.written == "abc-def" && result.segments == [])
    }

    @Test func longRunsStayInPlace() {
        let long = String(repeating: "x", count: 40_000)
        let result = edit(long, keepsInPlace: true) { output in
            output.insert("a")
            output.keep(20_000)
            output.drop(10)
            output.insert("b")
            output.keep(10)
            output.keep(19_980)
            output.insert("c")
        }
        #expect(result.written == "abxxxxxxxxxxc")
        #expect(
            result.segments == [
                .written(count: 1), .kept(offset: 0, count: 20_000), .written(count: 11),
                .kept(offset: 20_020, count: 19_980), .written(count: 1),
            ])
    }

    @Test("replacing is keeping, dropping and inserting", arguments: [false, true])
    func replacing(_ keepsInPlace: Bool) {
        let long = String(repeating: "x", count: 40_000)
        let new = Array("new".utf8)
        for (kept, dropped) in [
            (0, 0), (3, 2), (5, 0), (0, 40_000), (39_999, 1), (16_383, 1), (16_384, 7), (40_000, 0), (40_000, 1),
            (20_000, 20_001), (Int.max, 1), (1, Int.max), (-1, 1), (1, -1),
        ] {
            let once = edit(long, keepsInPlace: keepsInPlace) { output in
                output.keep(kept, replacing: dropped, by: new.span)
                output.keep(2)
                output.keep(1, replacing: 1, by: Span())
            }
            let each = edit(long, keepsInPlace: keepsInPlace) { output in
                output.keep(kept)
                output.drop(dropped)
                output.insert(new.span)
                output.keep(2)
                output.keep(1)
                output.drop(1)
            }
            #expect(once == each, "\(kept) kept, \(dropped) dropped")
        }
    }

    @Test("replacing behind what is kept in place keeps the order") func replacingBehindALongRun() {
        let long = String(repeating: "x", count: 20_000)
        let result = edit(long + "ab", keepsInPlace: true) { output in
            output.keep(20_000)
            output.keep(1, replacing: 1, by: Array("yz".utf8).span)
        }
        #expect(result.written == "ayz")
        #expect(result.segments == [.kept(offset: 0, count: 20_000), .written(count: 3)])
    }

    @Test func nothingStaysInPlaceUnlessAsked() {
        let long = String(repeating: "x", count: 40_000)
        let result = edit(long) { $0.keep(40_000) }
        #expect(result.written == long && result.segments == [])
    }

    @Test func editsAreTheSameInPlaceAndCopied() throws {
        let input = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        for cutAt in [1, 100, 16_383, 16_384, 16_385, 30_000, 49_999] {
            let inPlace = try feed(cut(input, at: cutAt), to: Dropper(dropped: 200), keepsInPlace: true)
            #expect(inPlace == input.filter { $0 != 200 })
            #expect(try feed(cut(input, at: cutAt), to: FlushSign(), keepsInPlace: true) == input)
        }
    }
}
