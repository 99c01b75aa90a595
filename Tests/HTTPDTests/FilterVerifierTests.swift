// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@Suite("The verifier finds what filters do wrong")
struct FilterVerifierTests {
    private func failure(_ body: () throws -> Void) throws -> VerificationFailure {
        try #require(throws: VerificationFailure.self, performing: body)
    }

    @Test func outputThatDependsOnTheCuts() throws {
        let failure = try failure { try FilterVerifier(output: PieceCounter.self).verify("some text") }
        #expect(failure.problem.contains("the output differs from that of the whole input at byte 7"))
        #expect(failure.offset == 7)
        #expect(failure.variation == "unknown length, 7 bytes at a time")
    }

    @Test func inputThatDependsOnTheCuts() throws {
        let failure = try failure { try FilterVerifier(input: PieceCounter.self).verify("some text") }
        #expect(failure.problem.contains("the output differs"))
    }

    @Test func outputThatIsNotWhatWasExpected() throws {
        let failure = try failure { try FilterVerifier(output: Upper.self).verify("abc", expecting: "ABCD") }
        #expect(
            failure.description
                == "whole: the output differs from what is expected at byte 3: \"ABC\" (3 bytes) instead of \"ABCD\" (4)"
        )
    }

    @Test func metadataThatIsLost() throws {
        let failure = try failure { try FilterVerifier(output: Constipated.self).verify("abc") }
        #expect(failure.problem == "the metadata is mark 1, EOS, and should be FLUSH, FLUSH, mark 1, EOS")
    }

    @Test func twoEnds() throws {
        let failure = try failure { try FilterVerifier(output: TwoEnds.self).verify("abc") }
        #expect(failure.problem == "the stream ends 2 times")
    }

    @Test func aFilterThatThrows() throws {
        let failure = try failure { try FilterVerifier(output: Nervous.self).verify("abc!") }
        #expect(failure.problem.hasPrefix("the filter failed"))
        #expect(failure.log.count == 1)
        _ = try self.failure { try FilterVerifier(input: Nervous.self).verify("abc!") }
    }

    @Test func aFilterThatDoesNotThrow() throws {
        let failure = try failure { _ = try FilterVerifier(output: Upper.self).verifyFailure([1, 2]) }
        #expect(failure.problem == "the filter did not fail")
        _ = try self.failure { _ = try FilterVerifier(input: Upper.self).verifyFailure([1, 2]) }
    }

    @Test func wrongOptionsAreErrorsOfTheConfiguration() {
        #expect(throws: DirectiveError("option 'times' must be from 0 to 1000, not '-1'")) {
            _ = try FilterVerifier(output: Repeat.self, options: [(key: "times", value: "-1")])
        }
    }

    @Test func aSeedGivesTheSameNumbers() {
        var (one, two) = (SeededGenerator(seed: 9), SeededGenerator(seed: 9))
        #expect((0..<8).map { _ in one.next() } == (0..<8).map { _ in two.next() })
    }
}
