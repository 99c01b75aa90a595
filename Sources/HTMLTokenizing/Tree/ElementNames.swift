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
    var traits: ElementTraits {
        switch low {
        case 0x61:
            // a
            if high == 0x0 { return ElementTraits(rawValue: 0x2008) }
        case 0x62:
            // b
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x69:
            // i
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x70:
            // p
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x73:
            // s
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x75:
            // u
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x3168:
            // h1
            if high == 0x0 { return ElementTraits(rawValue: 0x461) }
        case 0x3268:
            // h2
            if high == 0x0 { return ElementTraits(rawValue: 0x461) }
        case 0x3368:
            // h3
            if high == 0x0 { return ElementTraits(rawValue: 0x461) }
        case 0x3468:
            // h4
            if high == 0x0 { return ElementTraits(rawValue: 0x461) }
        case 0x3568:
            // h5
            if high == 0x0 { return ElementTraits(rawValue: 0x461) }
        case 0x3668:
            // h6
            if high == 0x0 { return ElementTraits(rawValue: 0x461) }
        case 0x6272:
            // rb
            if high == 0x0 { return ElementTraits(rawValue: 0x2000) }
        case 0x6464:
            // dd
            if high == 0x0 { return ElementTraits(rawValue: 0x2451) }
        case 0x6474:
            // td
            if high == 0x0 { return ElementTraits(rawValue: 0x281) }
        case 0x6874:
            // th
            if high == 0x0 { return ElementTraits(rawValue: 0x281) }
        case 0x696c:
            // li
            if high == 0x0 { return ElementTraits(rawValue: 0x2451) }
        case 0x696d:
            // mi
            if high == 0x0 { return ElementTraits(rawValue: 0x800) }
        case 0x6c64:
            // dl
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x6c6f:
            // ol
            if high == 0x0 { return ElementTraits(rawValue: 0x551) }
        case 0x6c75:
            // ul
            if high == 0x0 { return ElementTraits(rawValue: 0x551) }
        case 0x6d65:
            // em
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x6e6d:
            // mn
            if high == 0x0 { return ElementTraits(rawValue: 0x800) }
        case 0x6f6d:
            // mo
            if high == 0x0 { return ElementTraits(rawValue: 0x800) }
        case 0x7072:
            // rp
            if high == 0x0 { return ElementTraits(rawValue: 0x2000) }
        case 0x7262:
            // br
            if high == 0x0 { return ElementTraits(rawValue: 0x403) }
        case 0x7268:
            // hr
            if high == 0x0 { return ElementTraits(rawValue: 0x443) }
        case 0x7274:
            // tr
            if high == 0x0 { return ElementTraits(rawValue: 0x201) }
        case 0x736d:
            // ms
            if high == 0x0 { return ElementTraits(rawValue: 0x800) }
        case 0x7464:
            // dt
            if high == 0x0 { return ElementTraits(rawValue: 0x2451) }
        case 0x7472:
            // rt
            if high == 0x0 { return ElementTraits(rawValue: 0x2000) }
        case 0x7474:
            // tt
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x627573:
            // sub
            if high == 0x0 { return ElementTraits(rawValue: 0x400) }
        case 0x637472:
            // rtc
            if high == 0x0 { return ElementTraits(rawValue: 0x2000) }
        case 0x657270:
            // pre
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x676962:
            // big
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x676d69:
            // img
            if high == 0x0 { return ElementTraits(rawValue: 0x403) }
        case 0x677673:
            // svg
            if high == 0x0 { return ElementTraits(rawValue: 0x8000) }
        case 0x6c6f63:
            // col
            if high == 0x0 { return ElementTraits(rawValue: 0x203) }
        case 0x706d78:
            // xmp
            if high == 0x0 { return ElementTraits(rawValue: 0x4041) }
        case 0x707573:
            // sup
            if high == 0x0 { return ElementTraits(rawValue: 0x400) }
        case 0x726176:
            // var
            if high == 0x0 { return ElementTraits(rawValue: 0x400) }
        case 0x726277:
            // wbr
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x726964:
            // dir
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x76616e:
            // nav
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x766964:
            // div
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x61657261:
            // area
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x6174656d:
            // meta
            if high == 0x0 { return ElementTraits(rawValue: 0x403) }
        case 0x63736564:
            // desc
            if high == 0x0 { return ElementTraits(rawValue: 0x1000) }
        case 0x64616568:
            // head
            if high == 0x0 { return ElementTraits(rawValue: 0x405) }
        case 0x65636166:
            // face
            if high == 0x0 { return ElementTraits(rawValue: 0x0) }
        case 0x65646f63:
            // code
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x65736162:
            // base
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x657a6973:
            // size
            if high == 0x0 { return ElementTraits(rawValue: 0x0) }
        case 0x6874616d:
            // math
            if high == 0x0 { return ElementTraits(rawValue: 0x8000) }
        case 0x6b6e696c:
            // link
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x6c6d7468:
            // html
            if high == 0x0 { return ElementTraits(rawValue: 0x85) }
        case 0x6d726f66:
            // form
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x6e617073:
            // span
            if high == 0x0 { return ElementTraits(rawValue: 0x400) }
        case 0x6e69616d:
            // main
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x72626f6e:
            // nobr
            if high == 0x0 { return ElementTraits(rawValue: 0x2408) }
        case 0x746e6f66:
            // font
            if high == 0x0 { return ElementTraits(rawValue: 0x8) }
        case 0x756e656d:
            // menu
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x79627572:
            // ruby
            if high == 0x0 { return ElementTraits(rawValue: 0x400) }
        case 0x79646f62:
            // body
            if high == 0x0 { return ElementTraits(rawValue: 0x405) }
        case 0x6461656874:
            // thead
            if high == 0x0 { return ElementTraits(rawValue: 0x201) }
        case 0x6465626d65:
            // embed
            if high == 0x0 { return ElementTraits(rawValue: 0x403) }
        case 0x6564697361:
            // aside
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x6567616d69:
            // image
            if high == 0x0 { return ElementTraits(rawValue: 0x2) }
        case 0x656c626174:
            // table
            if high == 0x0 { return ElementTraits(rawValue: 0x24c1) }
        case 0x656c746974:
            // title
            if high == 0x0 { return ElementTraits(rawValue: 0x5001) }
        case 0x656c797473:
            // style
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x656d617266:
            // frame
            if high == 0x0 { return ElementTraits(rawValue: 0x5) }
        case 0x6b63617274:
            // track
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x6c6c616d73:
            // small
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x6d61726170:
            // param
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x726f6c6f63:
            // color
            if high == 0x0 { return ElementTraits(rawValue: 0x0) }
        case 0x746f6f6674:
            // tfoot
            if high == 0x0 { return ElementTraits(rawValue: 0x201) }
        case 0x7475706e69:
            // input
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x747865746d:
            // mtext
            if high == 0x0 { return ElementTraits(rawValue: 0x800) }
        case 0x79646f6274:
            // tbody
            if high == 0x0 { return ElementTraits(rawValue: 0x201) }
        case 0x656372756f73:
            // source
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x656b69727473:
            // strike
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x656d61726669:
            // iframe
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x657275676966:
            // figure
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x676e6f727473:
            // strong
            if high == 0x0 { return ElementTraits(rawValue: 0x408) }
        case 0x676f6c616964:
            // dialog
            if high == 0x0 { return ElementTraits(rawValue: 0x50) }
        case 0x686372616573:
            // search
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x6870796c676d:
            // mglyph
            if high == 0x0 { return ElementTraits(rawValue: 0x0) }
        case 0x6e656779656b:
            // keygen
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x6e6f6974706f:
            // option
            if high == 0x0 { return ElementTraits(rawValue: 0x2000) }
        case 0x6e6f74747562:
            // button
            if high == 0x0 { return ElementTraits(rawValue: 0x2011) }
        case 0x70756f726768:
            // hgroup
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x726564616568:
            // header
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x7265746e6563:
            // center
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x7265746f6f66:
            // footer
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x7463656a626f:
            // object
            if high == 0x0 { return ElementTraits(rawValue: 0x91) }
        case 0x7463656c6573:
            // select
            if high == 0x0 { return ElementTraits(rawValue: 0x2091) }
        case 0x74656c707061:
            // applet
            if high == 0x0 { return ElementTraits(rawValue: 0x91) }
        case 0x747069726373:
            // script
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x6465626d656f6e:
            // noembed
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x646e756f736762:
            // bgsound
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x6565757172616d:
            // marquee
            if high == 0x0 { return ElementTraits(rawValue: 0x91) }
        case 0x656c6369747261:
            // article
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x676e697473696c:
            // listing
            if high == 0x0 { return ElementTraits(rawValue: 0x451) }
        case 0x6e6f6974636573:
            // section
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x6e6f6974706163:
            // caption
            if high == 0x0 { return ElementTraits(rawValue: 0x281) }
        case 0x736c6961746564:
            // details
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x73736572646461:
            // address
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x7972616d6d7573:
            // summary
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x6165726174786574:
            // textarea
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x616d6e67696c616d:
            // malignmark
            if high == 0x6b72 { return ElementTraits(rawValue: 0x0) }
        case 0x6574616c706d6574:
            // template
            if high == 0x0 { return ElementTraits(rawValue: 0x81) }
        case 0x676e69646f636e65:
            // encoding
            if high == 0x0 { return ElementTraits(rawValue: 0x0) }
        case 0x697461746f6e6e61:
            // annotation-xml
            if high == 0x6c6d782d6e6f { return ElementTraits(rawValue: 0x0) }
        case 0x6974706163676966:
            // figcaption
            if high == 0x6e6f { return ElementTraits(rawValue: 0x51) }
        case 0x6f6e676965726f66:
            // foreignobject
            if high == 0x7463656a62 { return ElementTraits(rawValue: 0x1000) }
        case 0x6f75716b636f6c62:
            // blockquote
            if high == 0x6574 { return ElementTraits(rawValue: 0x451) }
        case 0x70756f72676c6f63:
            // colgroup
            if high == 0x0 { return ElementTraits(rawValue: 0x201) }
        case 0x70756f726774706f:
            // optgroup
            if high == 0x0 { return ElementTraits(rawValue: 0x2000) }
        case 0x73656d6172666f6e:
            // noframes
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x746573646c656966:
            // fieldset
            if high == 0x0 { return ElementTraits(rawValue: 0x51) }
        case 0x746573656d617266:
            // frameset
            if high == 0x0 { return ElementTraits(rawValue: 0x5) }
        case 0x746e6f6665736162:
            // basefont
            if high == 0x0 { return ElementTraits(rawValue: 0x3) }
        case 0x7470697263736f6e:
            // noscript
            if high == 0x0 { return ElementTraits(rawValue: 0x4001) }
        case 0x7865746e69616c70:
            // plaintext
            if high == 0x74 { return ElementTraits(rawValue: 0x4041) }
        default: break
        }
        return []
    }
}
