// SPDX-License-Identifier: Apache-2.0

/// How much a client wants something: a weight from 0, which refuses, to 1. RFC 9110 §12.4.2.
public struct Quality: Comparable, Sendable {
    /// The weight in thousandths, from 0 to 1000.
    public let thousandths: Int

    private init(thousandths: Int) {
        self.thousandths = thousandths
    }

    /// What is wanted most, and what holds where no weight is given.
    public static let most = Quality(thousandths: 1000)
    /// What is refused.
    public static let refused = Quality(thousandths: 0)

    /// Whether it may be sent.
    public var isAcceptable: Bool { thousandths > 0 }

    /// Reads a `qvalue`: `0`, `1`, and either with a point and digits behind it.
    ///
    /// More digits than the three that are legal count as what they are: the thousandths, rounded up, so that a very small
    /// weight is not a refusal.
    /// - Returns: `nil` for what is no weight: no digit, a sign, a number above 1.
    init?(_ text: Substring.UTF8View) {
        var rest = text
        guard let first = rest.popFirst(), first == UInt8(ascii: "0") || first == UInt8(ascii: "1") else { return nil }
        var thousandths = first == UInt8(ascii: "1") ? 1000 : 0
        if let point = rest.popFirst() {
            guard point == UInt8(ascii: ".") else { return nil }
            var unit = 100
            var hasRest = false
            while let byte = rest.popFirst() {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                let digit = Int(byte) - 0x30
                if unit == 0 { hasRest = hasRest || digit > 0 }
                thousandths += digit * unit
                unit /= 10
            }
            if hasRest { thousandths += 1 }
        }
        guard thousandths <= 1000 else { return nil }
        self.thousandths = thousandths
    }

    /// Less wanted first.
    public static func < (left: Quality, right: Quality) -> Bool { left.thousandths < right.thousandths }
}
