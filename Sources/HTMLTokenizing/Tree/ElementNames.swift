// SPDX-License-Identifier: Apache-2.0
// Written by scripts/html-tables.py: change that.

/// What parsing depends on of an element's name.
struct ElementTraits: OptionSet, Sendable {
    var rawValue: UInt16

    static var special: Self { Self(rawValue: 1 << 0) }
    static var void: Self { Self(rawValue: 1 << 1) }
    static var frame: Self { Self(rawValue: 1 << 2) }
    static var formatting: Self { Self(rawValue: 1 << 3) }
    static var block: Self { Self(rawValue: 1 << 4) }
    static var heading: Self { Self(rawValue: 1 << 5) }
    static var endsParagraph: Self { Self(rawValue: 1 << 6) }
    static var scopeMarker: Self { Self(rawValue: 1 << 7) }
    static var listMarker: Self { Self(rawValue: 1 << 8) }
    static var tablePart: Self { Self(rawValue: 1 << 9) }
    static var breakout: Self { Self(rawValue: 1 << 10) }
    static var mathTextPoint: Self { Self(rawValue: 1 << 11) }
    static var svgPoint: Self { Self(rawValue: 1 << 12) }
    static var closes: Self { Self(rawValue: 1 << 13) }
    static var beginsText: Self { Self(rawValue: 1 << 14) }
    static var foreignRoot: Self { Self(rawValue: 1 << 15) }
}

extension ElementName {
    static var a: Self { Self(low: 0x61, high: 0x0) }
    static var address: Self { Self(low: 0x73736572646461, high: 0x0) }
    static var annotationXML: Self { Self(low: 0x697461746f6e6e61, high: 0x6c6d782d6e6f) }
    static var base: Self { Self(low: 0x65736162, high: 0x0) }
    static var basefont: Self { Self(low: 0x746e6f6665736162, high: 0x0) }
    static var bgsound: Self { Self(low: 0x646e756f736762, high: 0x0) }
    static var body: Self { Self(low: 0x79646f62, high: 0x0) }
    static var br: Self { Self(low: 0x7262, high: 0x0) }
    static var button: Self { Self(low: 0x6e6f74747562, high: 0x0) }
    static var caption: Self { Self(low: 0x6e6f6974706163, high: 0x0) }
    static var col: Self { Self(low: 0x6c6f63, high: 0x0) }
    static var colgroup: Self { Self(low: 0x70756f72676c6f63, high: 0x0) }
    static var color: Self { Self(low: 0x726f6c6f63, high: 0x0) }
    static var dd: Self { Self(low: 0x6464, high: 0x0) }
    static var desc: Self { Self(low: 0x63736564, high: 0x0) }
    static var div: Self { Self(low: 0x766964, high: 0x0) }
    static var dt: Self { Self(low: 0x7464, high: 0x0) }
    static var encoding: Self { Self(low: 0x676e69646f636e65, high: 0x0) }
    static var face: Self { Self(low: 0x65636166, high: 0x0) }
    static var font: Self { Self(low: 0x746e6f66, high: 0x0) }
    static var head: Self { Self(low: 0x64616568, high: 0x0) }
    static var html: Self { Self(low: 0x6c6d7468, high: 0x0) }
    static var iframe: Self { Self(low: 0x656d61726669, high: 0x0) }
    static var li: Self { Self(low: 0x696c, high: 0x0) }
    static var link: Self { Self(low: 0x6b6e696c, high: 0x0) }
    static var malignmark: Self { Self(low: 0x616d6e67696c616d, high: 0x6b72) }
    static var math: Self { Self(low: 0x6874616d, high: 0x0) }
    static var meta: Self { Self(low: 0x6174656d, high: 0x0) }
    static var mglyph: Self { Self(low: 0x6870796c676d, high: 0x0) }
    static var nobr: Self { Self(low: 0x72626f6e, high: 0x0) }
    static var noembed: Self { Self(low: 0x6465626d656f6e, high: 0x0) }
    static var noframes: Self { Self(low: 0x73656d6172666f6e, high: 0x0) }
    static var noscript: Self { Self(low: 0x7470697263736f6e, high: 0x0) }
    static var optgroup: Self { Self(low: 0x70756f726774706f, high: 0x0) }
    static var option: Self { Self(low: 0x6e6f6974706f, high: 0x0) }
    static var p: Self { Self(low: 0x70, high: 0x0) }
    static var plaintext: Self { Self(low: 0x7865746e69616c70, high: 0x74) }
    static var rb: Self { Self(low: 0x6272, high: 0x0) }
    static var rp: Self { Self(low: 0x7072, high: 0x0) }
    static var rt: Self { Self(low: 0x7472, high: 0x0) }
    static var rtc: Self { Self(low: 0x637472, high: 0x0) }
    static var ruby: Self { Self(low: 0x79627572, high: 0x0) }
    static var script: Self { Self(low: 0x747069726373, high: 0x0) }
    static var select: Self { Self(low: 0x7463656c6573, high: 0x0) }
    static var size: Self { Self(low: 0x657a6973, high: 0x0) }
    static var style: Self { Self(low: 0x656c797473, high: 0x0) }
    static var svg: Self { Self(low: 0x677673, high: 0x0) }
    static var table: Self { Self(low: 0x656c626174, high: 0x0) }
    static var tbody: Self { Self(low: 0x79646f6274, high: 0x0) }
    static var td: Self { Self(low: 0x6474, high: 0x0) }
    static var template: Self { Self(low: 0x6574616c706d6574, high: 0x0) }
    static var textarea: Self { Self(low: 0x6165726174786574, high: 0x0) }
    static var tfoot: Self { Self(low: 0x746f6f6674, high: 0x0) }
    static var th: Self { Self(low: 0x6874, high: 0x0) }
    static var thead: Self { Self(low: 0x6461656874, high: 0x0) }
    static var title: Self { Self(low: 0x656c746974, high: 0x0) }
    static var tr: Self { Self(low: 0x7274, high: 0x0) }
    static var xmp: Self { Self(low: 0x706d78, high: 0x0) }

    /// What there is to know of the name; nothing for most.
    ///
    /// Looked up without a decision: what comes next in a page cannot be guessed, and wrong guesses take long.
    var traits: ElementTraits {
        let mixed = (low ^ high) &* 0x2ceaee21bf46bc01
        let displacement = Self.displacements[Int(truncatingIfNeeded: mixed &>> 59)]
        let slot = Int(UInt8(truncatingIfNeeded: mixed &>> 48) &+ displacement)
        guard Self.knownLow[slot] == low, Self.knownHigh[slot] == high else { return [] }
        return ElementTraits(rawValue: Self.knownTraits[slot])
    }

    private static let displacements: InlineArray<32, UInt8> = [
        0x15, 0xd, 4, 0, 0, 0, 1, 1, 1, 0x10, 0, 0, 0, 3, 0, 7, 3, 0, 4, 2, 0xf, 0xc, 5, 0, 1, 8, 1, 2, 0x22, 0, 0, 1,
    ]

    private static let knownLow: InlineArray<256, UInt64> = [
        0, 0x7463656a626f, 0x7262, 0, 0x656c746974, 0, 0x3168, 0x746e6f66, 0, 0x656d61726669, 0x747865746d, 0x766964,
        0x736d, 0, 0, 0, 0, 0, 0, 0, 0, 0x6d65, 0, 0x6465626d65, 0, 0x61, 0, 0, 0, 0, 0, 0x656c797473,
        0x616d6e67696c616d, 0x73656d6172666f6e, 0x707573, 0, 0x657270, 0, 0, 0, 0, 0, 0x6e6f6974636573,
        0x6f75716b636f6c62, 0x7972616d6d7573, 0, 0x676962, 0x686372616573, 0, 0, 0, 0x6e6f74747562, 0x656c626174,
        0x73736572646461, 0, 0, 0, 0x6874, 0x676e69646f636e65, 0x6b6e696c, 0, 0x676f6c616964, 0x6e6f6974706f,
        0x6c6c616d73, 0, 0, 0x6874616d, 0, 0, 0, 0, 0x6c64, 0x706d78, 0x6f6d, 0x6e69616d, 0x72626f6e, 0x747069726373, 0,
        0x627573, 0x736c6961746564, 0, 0, 0, 0x6d726f66, 0x676d69, 0, 0, 0x6c6f, 0, 0x65636166, 0x7865746e69616c70,
        0x646e756f736762, 0x6c6f63, 0x6e6d, 0x69, 0, 0, 0x75, 0, 0x7474, 0x7470697263736f6e, 0x79646f6274, 0x726277,
        0x6567616d69, 0x6c6d7468, 0, 0, 0, 0, 0, 0, 0, 0x676e6f727473, 0, 0, 0, 0, 0, 0x6564697361, 0, 0x726964, 0x6474,
        0, 0x6e6f6974706163, 0, 0x7268, 0, 0x7274, 0, 0, 0, 0, 0, 0x7472, 0, 0, 0x73, 0, 0, 0, 0x726176, 0, 0, 0, 0, 0,
        0x637472, 0, 0, 0x726564616568, 0, 0, 0, 0, 0, 0, 0, 0, 0x6461656874, 0, 0x6565757172616d, 0x6d61726170, 0,
        0x746573656d617266, 0, 0x6465626d656f6e, 0, 0, 0x656b69727473, 0x7265746e6563, 0, 0, 0, 0x7464, 0, 0, 0, 0, 0,
        0x3668, 0, 0, 0x6e617073, 0, 0, 0, 0x696d, 0, 0, 0, 0x6e656779656b, 0x76616e, 0x657a6973, 0x74656c707061,
        0x6174656d, 0x746573646c656966, 0x65646f63, 0x70756f726774706f, 0x6272, 0x7463656c6573, 0, 0x726f6c6f63, 0x6464,
        0x7265746f6f66, 0x656d617266, 0x70756f72676c6f63, 0x79627572, 0x3468, 0x65736162, 0x697461746f6e6e61,
        0x6b63617274, 0x70756f726768, 0x7072, 0x6870796c676d, 0x6165726174786574, 0x70, 0x696c, 0x61657261, 0x63736564,
        0x79646f62, 0x676e697473696c, 0, 0x656c6369747261, 0x3568, 0, 0x677673, 0, 0, 0x6c75, 0x64616568, 0x756e656d, 0,
        0, 0, 0, 0x656372756f73, 0x6f6e676965726f66, 0x746e6f6665736162, 0x3368, 0, 0x62, 0, 0, 0x3268, 0,
        0x6974706163676966, 0x657275676966, 0x746f6f6674, 0, 0x7475706e69, 0, 0, 0, 0x6574616c706d6574, 0, 0,
    ]

    private static let knownHigh: InlineArray<256, UInt64> = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x6b72, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0x6574, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x74, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x6c6d782d6e6f, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x7463656a62, 0, 0, 0, 0, 0, 0, 0, 0, 0x6e6f, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]

    private static let knownTraits: InlineArray<256, UInt16> = [
        0, 0x91, 0x403, 0, 0x5001, 0, 0x461, 8, 0, 0x4001, 0x800, 0x451, 0x800, 0, 0, 0, 0, 0, 0, 0, 0, 0x408, 0, 0x403,
        0, 0x2008, 0, 0, 0, 0, 0, 0x4001, 0, 0x4001, 0x400, 0, 0x451, 0, 0, 0, 0, 0, 0x51, 0x451, 0x51, 0, 0x408, 0x51,
        0, 0, 0, 0x2011, 0x24c1, 0x51, 0, 0, 0, 0x281, 0, 3, 0, 0x50, 0x2000, 0x408, 0, 0, 0x8000, 0, 0, 0, 0, 0x451,
        0x4041, 0x800, 0x51, 0x2408, 0x4001, 0, 0x400, 0x51, 0, 0, 0, 0x51, 0x403, 0, 0, 0x551, 0, 0, 0x4041, 3, 0x203,
        0x800, 0x408, 0, 0, 0x408, 0, 0x408, 0x4001, 0x201, 3, 2, 0x85, 0, 0, 0, 0, 0, 0, 0, 0x408, 0, 0, 0, 0, 0, 0x51,
        0, 0x51, 0x281, 0, 0x281, 0, 0x443, 0, 0x201, 0, 0, 0, 0, 0, 0x2000, 0, 0, 0x408, 0, 0, 0, 0x400, 0, 0, 0, 0, 0,
        0x2000, 0, 0, 0x51, 0, 0, 0, 0, 0, 0, 0, 0, 0x201, 0, 0x91, 3, 0, 5, 0, 0x4001, 0, 0, 0x408, 0x451, 0, 0, 0,
        0x2451, 0, 0, 0, 0, 0, 0x461, 0, 0, 0x400, 0, 0, 0, 0x800, 0, 0, 0, 3, 0x51, 0, 0x91, 0x403, 0x51, 0x408,
        0x2000, 0x2000, 0x2091, 0, 0, 0x2451, 0x51, 5, 0x201, 0x400, 0x461, 3, 0, 3, 0x51, 0x2000, 0, 0x4001, 0x451,
        0x2451, 3, 0x1000, 0x405, 0x451, 0, 0x51, 0x461, 0, 0x8000, 0, 0, 0x551, 0x405, 0x451, 0, 0, 0, 0, 3, 0x1000, 3,
        0x461, 0, 0x408, 0, 0, 0x461, 0, 0x51, 0x51, 0x201, 0, 3, 0, 0, 0, 0x81, 0, 0,
    ]
}
