// SPDX-License-Identifier: Apache-2.0

/// The language of an element of a page.
public enum ElementNamespace: UInt8, Hashable, Sendable {
    /// HTML itself.
    case html
    /// What is inside of `<svg>`.
    case svg
    /// What is inside of `<math>`.
    case mathML
}

/// Some of the namespaces.
struct NamespaceSet: OptionSet, Hashable, Sendable {
    var rawValue: UInt8

    static var html: Self { Self(rawValue: 1) }
    static var svg: Self { Self(rawValue: 2) }
    static var mathML: Self { Self(rawValue: 4) }
    static var foreign: Self { [.svg, .mathML] }
    static var all: Self { [.html, .svg, .mathML] }

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    @inline(__always)
    init(_ namespace: ElementNamespace) {
        self.init(rawValue: 1 << namespace.rawValue)
    }

    /// Those that an element's prefix stands for.
    init(_ prefix: NamespacePrefix) {
        self =
            switch prefix {
            case .any: .all
            case .html: .html
            case .svg: .svg
            case .math: .mathML
            // An HTML parser makes no elements of these.
            case .none, .xlink, .xml: []
            }
    }
}
