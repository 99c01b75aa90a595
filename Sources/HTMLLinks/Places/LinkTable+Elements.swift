// SPDX-License-Identifier: Apache-2.0
// Written by scripts/link-tables.py: change that.

/// What the attributes of HTML hold, each in the elements that it belongs to.
extension LinkPlace {
    static func ofAction(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // form
        case 0x6d726f66:
            if name.high == 0x0 { return .url }
        // isindex
        case 0x7865646e697369:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofArchive(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // object
        case 0x7463656a626f:
            if name.high == 0x0 { return .spaces }
        // applet
        case 0x74656c707061:
            if name.high == 0x0 { return .commas }
        default: break
        }
        return nil
    }

    static func ofBackground(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // td
        case 0x6474:
            if name.high == 0x0 { return .url }
        // th
        case 0x6874:
            if name.high == 0x0 { return .url }
        // tr
        case 0x7274:
            if name.high == 0x0 { return .url }
        // body
        case 0x79646f62:
            if name.high == 0x0 { return .url }
        // thead
        case 0x6461656874:
            if name.high == 0x0 { return .url }
        // table
        case 0x656c626174:
            if name.high == 0x0 { return .url }
        // layer
        case 0x726579616c:
            if name.high == 0x0 { return .url }
        // tfoot
        case 0x746f6f6674:
            if name.high == 0x0 { return .url }
        // tbody
        case 0x79646f6274:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofCite(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // q
        case 0x71:
            if name.high == 0x0 { return .url }
        // del
        case 0x6c6564:
            if name.high == 0x0 { return .url }
        // ins
        case 0x736e69:
            if name.high == 0x0 { return .url }
        // blockquote
        case 0x6f75716b636f6c62:
            if name.high == 0x6574 { return .url }
        default: break
        }
        return nil
    }

    static func ofClassid(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // object
        case 0x7463656a626f:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofCode(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // applet
        case 0x74656c707061:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofCodebase(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // object
        case 0x7463656a626f:
            if name.high == 0x0 { return .url }
        // applet
        case 0x74656c707061:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofContent(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // meta
        case 0x6174656d:
            if name.high == 0x0 { return .content }
        default: break
        }
        return nil
    }

    static func ofData(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // object
        case 0x7463656a626f:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofDynsrc(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // img
        case 0x676d69:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofFormaction(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // input
        case 0x7475706e69:
            if name.high == 0x0 { return .url }
        // button
        case 0x6e6f74747562:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofHref(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // a
        case 0x61:
            if name.high == 0x0 { return .url }
        // area
        case 0x61657261:
            if name.high == 0x0 { return .url }
        // base
        case 0x65736162:
            if name.high == 0x0 { return .url }
        // link
        case 0x6b6e696c:
            if name.high == 0x0 { return .url }
        // image
        case 0x6567616d69:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofIcon(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // command
        case 0x646e616d6d6f63:
            if name.high == 0x0 { return .url }
        // menuitem
        case 0x6d657469756e656d:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofImagesrcset(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // link
        case 0x6b6e696c:
            if name.high == 0x0 { return .srcset }
        default: break
        }
        return nil
    }

    static func ofLongdesc(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // img
        case 0x676d69:
            if name.high == 0x0 { return .url }
        // frame
        case 0x656d617266:
            if name.high == 0x0 { return .url }
        // iframe
        case 0x656d61726669:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofLowsrc(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // img
        case 0x676d69:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofManifest(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // html
        case 0x6c6d7468:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofPing(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // a
        case 0x61:
            if name.high == 0x0 { return .spaces }
        // area
        case 0x61657261:
            if name.high == 0x0 { return .spaces }
        default: break
        }
        return nil
    }

    static func ofPoster(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // video
        case 0x6f65646976:
            if name.high == 0x0 { return .url }
        default: break
        }
        return nil
    }

    static func ofProfile(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // head
        case 0x64616568:
            if name.high == 0x0 { return .spaces }
        default: break
        }
        return nil
    }

    static func ofSrc(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // img
        case 0x676d69:
            if name.high == 0x0 { return .url }
        // embed
        case 0x6465626d65:
            if name.high == 0x0 { return .url }
        // image
        case 0x6567616d69:
            if name.high == 0x0 { return .url }
        // frame
        case 0x656d617266:
            if name.high == 0x0 { return .url }
        // track
        case 0x6b63617274:
            if name.high == 0x0 { return .url }
        // video
        case 0x6f65646976:
            if name.high == 0x0 { return .url }
        // audio
        case 0x6f69647561:
            if name.high == 0x0 { return .url }
        // layer
        case 0x726579616c:
            if name.high == 0x0 { return .url }
        // input
        case 0x7475706e69:
            if name.high == 0x0 { return .url }
        // source
        case 0x656372756f73:
            if name.high == 0x0 { return .url }
        // iframe
        case 0x656d61726669:
            if name.high == 0x0 { return .url }
        // portal
        case 0x6c6174726f70:
            if name.high == 0x0 { return .url }
        // script
        case 0x747069726373:
            if name.high == 0x0 { return .url }
        // bgsound
        case 0x646e756f736762:
            if name.high == 0x0 { return .url }
        // fencedframe
        case 0x72666465636e6566:
            if name.high == 0x656d61 { return .url }
        default: break
        }
        return nil
    }

    static func ofSrcdoc(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // iframe
        case 0x656d61726669:
            if name.high == 0x0 { return .document }
        default: break
        }
        return nil
    }

    static func ofSrcset(_ name: LinkName) -> LinkKind? {
        switch name.low {
        // img
        case 0x676d69:
            if name.high == 0x0 { return .srcset }
        // source
        case 0x656372756f73:
            if name.high == 0x0 { return .srcset }
        default: break
        }
        return nil
    }
}
