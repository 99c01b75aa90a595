// SPDX-License-Identifier: Apache-2.0

/// An IPv4 address as a balancer writes it.
struct IPv4Address: Equatable {
    /// Four bytes.
    let octets: [UInt8]

    init(octets: some Sequence<UInt8>) {
        self.octets = Array(octets)
    }

    /// Four decimal numbers without leading zeros: none of the other forms that old functions take.
    init?(_ text: ArraySlice<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard let octet = decimal(part, as: UInt8.self) else { return nil }
            octets.append(octet)
        }
        self.octets = octets
    }

    var text: String { octets.map { String($0) }.joined(separator: ".") }
}

/// An IPv6 address as a balancer writes it.
struct IPv6Address: Equatable {
    /// Eight numbers.
    let groups: [UInt16]

    init(octets: some Sequence<UInt8>) {
        var groups: [UInt16] = []
        var high: UInt16?
        for octet in octets {
            if let half = high {
                groups.append(half << 8 | UInt16(octet))
                high = nil
            } else {
                high = UInt16(octet)
            }
        }
        self.groups = groups
    }

    /// The forms of RFC 4291 §2.2; no zone.
    init?(_ text: ArraySlice<UInt8>) {
        let colon = UInt8(ascii: ":")
        var groups: [UInt16] = []
        var gap: Int?
        var rest = text
        if rest.starts(with: [colon, colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        } else if rest.isEmpty {
            return nil
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != colon }
            rest = rest.dropFirst(part.count)
            if rest.isEmpty, part.contains(UInt8(ascii: ".")) {
                guard let last = IPv4Address(part) else { return nil }
                groups += IPv6Address(octets: last.octets).groups
                break
            }
            guard groups.count < 8, let group = Self.group(part) else { return nil }
            groups.append(group)
            guard rest.popFirst() != nil else { break }
            if rest.first == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gap {
            // The gap stands for one group at least.
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        self.groups = groups
    }

    /// One to four hexadecimal digits.
    private static func group(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for byte in digits {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// The form of RFC 5952: one text for each address, so that texts can be compared.
    var text: String {
        if groups.starts(with: [0, 0, 0, 0, 0, 0xFFFF]) {
            let octets = groups.suffix(2).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            return "::ffff:" + IPv4Address(octets: octets).text
        }
        guard let gap = longestZeros else { return Self.hexadecimal(groups[...]) }
        return Self.hexadecimal(groups[..<gap.lowerBound]) + "::" + Self.hexadecimal(groups[gap.upperBound...])
    }

    /// The first of the longest runs of two or more zeros.
    private var longestZeros: Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        for (index, group) in groups.enumerated() {
            guard group == 0 else {
                start = index + 1
                continue
            }
            let count = index + 1 - start
            if count > (longest?.count ?? 1) { longest = start..<index + 1 }
        }
        return longest
    }

    private static func hexadecimal(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
}

/// A decimal number that fits the type, without sign, and without leading zeros, which others take for octal.
func decimal<Number: FixedWidthInteger>(_ digits: ArraySlice<UInt8>, as type: Number.Type) -> Number? {
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
    var value: Number = 0
    for byte in digits {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, isStillTooLarge) = tens.addingReportingOverflow(Number(byte - UInt8(ascii: "0")))
        guard !isTooLarge, !isStillTooLarge else { return nil }
        value = sum
    }
    return value
}
