// SPDX-License-Identifier: Apache-2.0

/// The numbers that `INCRBYFLOAT` counts with: C's `long double` where Swift has it, which is on x86, and `Double`
/// elsewhere, where the last digits differ from those of a Redis on x86.
public struct LongDouble: Equatable, Sendable {
    #if arch(x86_64) || arch(i386)
    typealias Value = Float80
    #else
    typealias Value = Double
    #endif

    let value: Value

    init(_ value: Value) { self.value = value }

    /// The longest text that is taken for a number, as in Redis.
    static let longestText = 5 * 1024 - 1

    /// Reads what Redis takes for a floating point number: what C's `strtold` takes, to its last byte and without blanks
    /// before it; hexadecimal and infinite too, but no NaN, nothing beyond the range and nothing that becomes zero.
    ///
    /// `nil` is Redis's "value is not a valid float".
    public init?(_ text: Span<UInt8>) {
        guard text.count <= Self.longestText, let value = LongDoubleText.parse(text) else { return nil }
        self.value = value
    }

    /// The sum, or `nil` where Redis says that the increment would produce NaN or Infinity.
    public func adding(_ other: LongDouble) -> LongDouble? {
        let sum = value + other.value
        return sum.isFinite ? LongDouble(sum) : nil
    }

    /// The number as Redis stores and returns it: 17 digits behind the point, exactly rounded, without the zeros at
    /// their end. `0` for what is not finite, which ``adding(_:)`` never returns.
    public var text: [UInt8] { LongDoubleText.format(value) }
}
