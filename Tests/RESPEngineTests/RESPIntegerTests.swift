// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("Whole numbers have one form")
struct RESPIntegerTests {
    private func parse(_ text: String) -> Int64? { RESPInteger.parse(Array(text.utf8).span) }

    @Test(arguments: [0, 1, 9, 10, -1, -10, 12_345, .max, .min, .max - 1, .min + 1] as [Int64])
    func whatIsWrittenIsReadBack(_ value: Int64) {
        #expect(RESPInteger.text(value) == Array("\(value)".utf8))
        #expect(parse("\(value)") == value)
    }

    @Test(arguments: [
        "", "-", "-0", "+1", "01", "-01", "00", " 1", "1 ", "1.0", "1e3", "0x1", "9223372036854775808",
        "-9223372036854775809", "18446744073709551616", "99999999999999999999", "--1", "1-", "a", "1\0",
    ])
    func whatRedisRefuses(_ text: String) {
        #expect(parse(text) == nil)
    }
}
