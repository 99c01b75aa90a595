// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import HTTPDTesting
import Testing

@Suite("Padding hides the length of a body")
struct PaddingTests {
    @Test(
        "the length varies from 1 to N above the plain one, and decoders see nothing of it", arguments: Coding.allCases)
    func lengths(_ coding: Coding) throws {
        let body = page(2000)
        for isWhole in [false, true] {
            let make = { (settings: CompressionSettings) throws in
                isWhole ? try codedWhole(body, coding, settings) : try coded([body], coding, settings)
            }
            let plain = try make(CompressionSettings()).count
            var added: Set<Int> = []
            for _ in 0..<200 {
                let bytes = try make(CompressionSettings(padding: 20))
                #expect(try decoded(bytes, [coding]) == body)
                added.insert(bytes.count - plain)
            }
            #expect(try run(coding.decoder, on: make(CompressionSettings(padding: 300))) == body)
            let fixed = try #require(added.min()) - (coding == .deflate ? 5 : 1)
            // All of the 20 lengths have come, each with a probability of 0.99996; deflate knows only four.
            #expect(added == Set(coding == .deflate ? [5, 10, 15, 20] : Array(fixed + 1...fixed + 20)))
            // A field for a file name, a frame's head, a block's head.
            #expect(fixed >= 0 && fixed <= 12)
        }
    }

    @Test("no more is added than the longest, whatever is asked", arguments: Coding.allCases)
    func longest(_ coding: Coding) throws {
        let plain = try coded([[1]], coding).count
        for padding in [Int.max, CompressionSettings.longestPadding] {
            let bytes = try coded([[1]], coding, CompressionSettings(padding: padding))
            #expect(bytes.count <= plain + CompressionSettings.longestPadding + 16)
            #expect(try run(coding.decoder, on: bytes) == [1])
        }
        #expect(try coded([[1]], coding, CompressionSettings(padding: -1)).count == plain)
    }

    @Test("an empty body is padded too", arguments: Coding.allCases)
    func empty(_ coding: Coding) throws {
        let bytes = try coded([], coding, CompressionSettings(padding: 100))
        #expect(try run(coding.decoder, on: bytes) == [])
    }
}
