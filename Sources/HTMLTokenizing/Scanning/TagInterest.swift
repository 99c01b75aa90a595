// SPDX-License-Identifier: Apache-2.0

/// Which start tags a caller of ``HTMLTokenizer/next(in:passing:above:isLast:)`` wants to see: those of some elements, and
/// those with some attributes.
///
/// It is a glance, a few instructions for each name. What is wanted by it is to be looked at; what is not, need not be.
public struct TagInterest: Sendable {
    /// A bit for each name, by a digest of it.
    private var elements: UInt64 = 0
    /// For each length of an attribute's name, the first letters, a bit for each; longer ones are in the last.
    private var attributes: InlineArray<16, UInt32> = InlineArray(repeating: 0)
    /// A bit for each byte of ASCII that the value of `href` or `src` of interest may begin with.
    private var beginnings: InlineArray<2, UInt64> = InlineArray(repeating: .max)
    /// Whether `href`, or `src`, is of interest whatever its value is.
    private var allHrefs = false
    private var allSrcs = false
    /// Whether any attribute is of interest.
    private(set) var hasAttributes = false

    /// No tag is wanted.
    public init() {}

    /// Has the elements of a name, in small letters, shown.
    public mutating func want(element name: Span<UInt8>) {
        // Longer names are never passed over.
        guard name.count < 8 else { return }
        elements |= 1 &<< Self.digest(ElementName(name, 0..<name.count).low)
    }

    /// Has the elements shown that have an attribute, whose name is in small letters.
    public mutating func want(attribute name: Span<UInt8>) {
        guard let first = name.count > 0 ? name[0] : nil else { return }
        let length = min(name.count, 15)
        attributes[length] |= 1 &<< UInt32(first & 0x1F)
        allHrefs = allHrefs || HTMLText.equals(name, "href")
        allSrcs = allSrcs || HTMLText.equals(name, "src")
        hasAttributes = true
    }

    /// Has the elements shown that have an attribute with a name of a length, which begins with one of some letters.
    ///
    /// - Parameters:
    ///   - letters: The first letters, a bit for each: that of `a` is 2, that of `b` is 4.
    ///   - length: The number of bytes, less than 15.
    public mutating func want(attributesBeginningWith letters: UInt32, length: Int) {
        guard length >= 0, length < 15 else { return }
        attributes[length] |= letters
        hasAttributes = hasAttributes || letters != 0
    }

    /// Leaves elements out whose only such attributes are `href` and `src`, with values that begin with another byte.
    ///
    /// - Parameter mayBegin: Whether a value is of interest that begins with a byte of ASCII.
    public mutating func limitURLs(_ mayBegin: (UInt8) -> Bool) {
        for byte in 0..<128 as Range<UInt8> where !mayBegin(byte) {
            beginnings[Int(byte >> 6)] &= ~(1 &<< UInt64(byte & 63))
        }
    }

    @inline(__always)
    private static func digest(_ name: UInt64) -> UInt64 { (name &* 0x9E37_79B9_7F4A_7C15) &>> 58 }

    /// Whether the elements of a name are wanted, which has less than eight bytes.
    @inline(__always)
    func wants(element name: UInt64) -> Bool { elements &>> Self.digest(name) & 1 != 0 }

    /// Whether the element of an attribute is wanted.
    ///
    /// - Parameters:
    ///   - word: The first eight bytes from its name on; 0 if they are not there.
    ///   - first: The first byte of its name.
    ///   - length: How many bytes its name has.
    ///   - value: The first byte of its value.
    @inline(__always)
    func wants(attribute word: UInt64, _ first: UInt8, length: Int, value: UInt8) -> Bool {
        let slot = min(max(length, 0), 15)
        let bit: UInt32 = 1 &<< UInt32(first & 0x1F)
        guard attributes[slot] & bit != 0 else { return false }
        let isHref = length == 4 && (word | 0x2020_2020) & 0xFFFF_FFFF == 0x6665_7268 && !allHrefs
        let isSrc = length == 3 && (word | 0x20_2020) & 0xFF_FFFF == 0x63_7273 && !allSrcs
        guard isHref || isSrc, value < 0x80 else { return true }
        return beginnings[Int(value &>> 6)] &>> UInt64(value & 63) & 1 != 0
    }
}
