// SPDX-License-Identifier: Apache-2.0
import APR
import Testing

@Suite("Points in time")
struct TimestampTests {
    @Test(
        "A second is written as RFC 3339 has it, in every century",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_827_696_999_999, "2000-02-29T12:34:56Z"),
            (-1, "1969-12-31T23:59:59Z"), (-1_000_000, "1969-12-31T23:59:59Z"),
            (1_795_390_752_000_000, "2026-11-22T23:39:12Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59Z"),
            (Int64.max, "9999-12-31T23:59:59Z"), (Int64.min, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func format(_ microseconds: Int64, _ text: String) {
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
    }

    @Test("Now is not earlier than a moment ago")
    func now() {
        let earlier = Timestamp.now
        #expect(earlier <= Timestamp.now)
        #expect(earlier > Timestamp(microseconds: 1_700_000_000_000_000))
    }
}
