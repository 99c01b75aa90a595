// SPDX-License-Identifier: Apache-2.0
// Written by scripts/link-tables.py: change that.

extension LinkPlace {
    /// The first letters, a bit for each, of the attributes of a length.
    @inline(__always)
    static func letters(ofLength length: Int) -> UInt32 {
        switch length {
        case 3: 0x80000
        case 4: 0x12358
        case 5: 0x80000
        case 6: 0x9305a
        case 7: 0x1000a
        case 8: 0x3008
        case 9: 0x8
        case 10: 0x1002044
        case 11: 0x200
        case 12: 0x2000
        case 13: 0x8
        default: 0
        }
    }

    /// What an attribute of an HTML element holds; `nil` for most.
    static func html(_ name: LinkName, _ element: LinkName) -> LinkKind? {
        switch name.low {
        // src
        case 0x637273:
            if name.high == 0x0 { return ofSrc(element) }
        // data
        case 0x61746164:
            if name.high == 0x0 { return ofData(element) }
        // code
        case 0x65646f63:
            if name.high == 0x0 { return ofCode(element) }
        // cite
        case 0x65746963:
            if name.high == 0x0 { return ofCite(element) }
        // href
        case 0x66657268:
            if name.high == 0x0 { return ofHref(element) }
        // ping
        case 0x676e6970:
            if name.high == 0x0 { return ofPing(element) }
        // icon
        case 0x6e6f6369:
            if name.high == 0x0 { return ofIcon(element) }
        // style
        case 0x656c797473:
            if name.high == 0x0 { return .declarations }
        // srcdoc
        case 0x636f64637273:
            if name.high == 0x0 { return ofSrcdoc(element) }
        // dynsrc
        case 0x6372736e7964:
            if name.high == 0x0 { return ofDynsrc(element) }
        // lowsrc
        case 0x637273776f6c:
            if name.high == 0x0 { return ofLowsrc(element) }
        // action
        case 0x6e6f69746361:
            if name.high == 0x0 { return ofAction(element) }
        // poster
        case 0x726574736f70:
            if name.high == 0x0 { return ofPoster(element) }
        // srcset
        case 0x746573637273:
            if name.high == 0x0 { return ofSrcset(element) }
        // classid
        case 0x64697373616c63:
            if name.high == 0x0 { return ofClassid(element) }
        // profile
        case 0x656c69666f7270:
            if name.high == 0x0 { return ofProfile(element) }
        // archive
        case 0x65766968637261:
            if name.high == 0x0 { return ofArchive(element) }
        // content
        case 0x746e65746e6f63:
            if name.high == 0x0 { return ofContent(element) }
        // imagesrcset
        case 0x6372736567616d69:
            if name.high == 0x746573 { return ofImagesrcset(element) }
        // longdesc
        case 0x63736564676e6f6c:
            if name.high == 0x0 { return ofLongdesc(element) }
        // codebase
        case 0x6573616265646f63:
            if name.high == 0x0 { return ofCodebase(element) }
        // formaction
        case 0x697463616d726f66:
            if name.high == 0x6e6f { return ofFormaction(element) }
        // manifest
        case 0x74736566696e616d:
            if name.high == 0x0 { return ofManifest(element) }
        // background
        case 0x756f72676b636162:
            if name.high == 0x646e { return ofBackground(element) }
        default: break
        }
        return nil
    }

    /// What an attribute of an element of SVG holds.
    static func svg(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // href
        case 0x66657268:
            if name.high == 0x0 { return .url }
        // mask
        case 0x6b73616d:
            if name.high == 0x0 { return .declarations }
        // fill
        case 0x6c6c6966:
            if name.high == 0x0 { return .declarations }
        // style
        case 0x656c797473:
            if name.high == 0x0 { return .declarations }
        // stroke
        case 0x656b6f727473:
            if name.high == 0x0 { return .declarations }
        // marker
        case 0x72656b72616d:
            if name.high == 0x0 { return .declarations }
        // filter
        case 0x7265746c6966:
            if name.high == 0x0 { return .declarations }
        // cursor
        case 0x726f73727563:
            if name.high == 0x0 { return .declarations }
        // marker-end
        case 0x652d72656b72616d:
            if name.high == 0x646e { return .declarations }
        // marker-mid
        case 0x6d2d72656b72616d:
            if name.high == 0x6469 { return .declarations }
        // xlink:href
        case 0x72683a6b6e696c78:
            if name.high == 0x6665 { return .url }
        // color-profile
        case 0x72702d726f6c6f63:
            if name.high == 0x656c69666f { return .declarations }
        // marker-start
        case 0x732d72656b72616d:
            if name.high == 0x74726174 { return .declarations }
        // clip-path
        case 0x7461702d70696c63:
            if name.high == 0x68 { return .declarations }
        default: break
        }
        return nil
    }

    /// What an attribute of an element of MathML holds.
    static func mathML(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // src
        case 0x637273:
            if name.high == 0x0 { return .url }
        // href
        case 0x66657268:
            if name.high == 0x0 { return .url }
        // style
        case 0x656c797473:
            if name.high == 0x0 { return .declarations }
        // altimg
        case 0x676d69746c61:
            if name.high == 0x0 { return .url }
        // xlink:href
        case 0x72683a6b6e696c78:
            if name.high == 0x6665 { return .url }
        default: break
        }
        return nil
    }
}
