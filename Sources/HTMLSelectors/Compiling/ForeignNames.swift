// SPDX-License-Identifier: Apache-2.0

/// How HTML parsers spell the names of SVG's and MathML's elements and attributes.
///
/// A parser makes all names small, and then these as they are here: HTML sections 13.2.6.1 and 13.2.6.5. So whether a
/// selector's spelling can match at all is known when it is compiled, and names are compared in small letters.
enum ForeignNames {
    /// In which namespaces an element may have this name, as it is written in a selector.
    static func namespaces(ofElement name: [UInt8]) -> NamespaceSet {
        let small = name.lowercasedASCII
        var result = NamespaceSet.html
        if name == small { result.insert(.mathML) }
        if name == (svgElements[small] ?? small) { result.insert(.svg) }
        return result
    }

    /// On elements of which namespaces an attribute of no namespace may have this name.
    static func namespaces(ofAttribute name: [UInt8]) -> NamespaceSet {
        let small = name.lowercasedASCII
        var result = NamespaceSet.html
        guard !namespaced.contains(small.text) else { return result }
        let inMathML = small.text == "definitionurl" ? Array("definitionURL".utf8) : small
        if name == inMathML { result.insert(.mathML) }
        if name == (svgAttributes[small] ?? small) { result.insert(.svg) }
        return result
    }

    /// The attribute of XLink's, XML's or XMLNS's namespace with this local name, as it is written in a page.
    static func namespaced(_ local: [UInt8], _ prefix: NamespacePrefix) -> [UInt8]? {
        for name in namespaced {
            let parts = name.split(separator: ":")
            guard let last = parts.last, Array(last.utf8) == local else { continue }
            let isOfPrefix =
                switch prefix {
                case .any: true
                case .xlink: parts.count == 2 && parts[0] == "xlink"
                case .xml: parts.count == 2 && parts[0] == "xml"
                case .none, .html, .svg, .math: false
                }
            if isOfPrefix { return Array(name.utf8) }
        }
        return nil
    }

    private static let namespaced: Set<String> = [
        "xlink:actuate", "xlink:arcrole", "xlink:href", "xlink:role", "xlink:show", "xlink:title", "xlink:type",
        "xml:lang", "xml:space", "xmlns", "xmlns:xlink",
    ]

    private static let svgElements = bySmallName(
        """
        altGlyph altGlyphDef altGlyphItem animateColor animateMotion animateTransform clipPath feBlend feColorMatrix \
        feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow \
        feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset \
        fePointLight feSpecularLighting feSpotLight feTile feTurbulence foreignObject glyphRef linearGradient \
        radialGradient textPath
        """)

    private static let svgAttributes = bySmallName(
        """
        attributeName attributeType baseFrequency baseProfile calcMode clipPathUnits diffuseConstant edgeMode filterUnits \
        glyphRef gradientTransform gradientUnits kernelMatrix kernelUnitLength keyPoints keySplines keyTimes lengthAdjust \
        limitingConeAngle markerHeight markerUnits markerWidth maskContentUnits maskUnits numOctaves pathLength \
        patternContentUnits patternTransform patternUnits pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio \
        primitiveUnits refX refY repeatCount repeatDur requiredExtensions requiredFeatures specularConstant \
        specularExponent spreadMethod startOffset stdDeviation stitchTiles surfaceScale systemLanguage tableValues targetX \
        targetY textLength viewBox viewTarget xChannelSelector yChannelSelector zoomAndPan
        """)

    private static func bySmallName(_ names: String) -> [[UInt8]: [UInt8]] {
        var result: [[UInt8]: [UInt8]] = [:]
        for name in names.utf8.split(separator: 0x20) { result[Array(name).lowercasedASCII] = Array(name) }
        return result
    }
}

/// The attributes whose values are compared without regard to case on HTML's elements: HTML section 4.17.1.
enum InsensitiveAttributes {
    static func contains(_ small: [UInt8]) -> Bool { names.contains(small.text) }

    private static let names: Set<String> = [
        "accept", "accept-charset", "align", "alink", "axis", "bgcolor", "charset", "checked", "clear", "codetype",
        "color",
        "compact", "declare", "defer", "dir", "direction", "disabled", "enctype", "face", "frame", "hreflang",
        "http-equiv", "lang", "language", "link", "media", "method", "multiple", "nohref", "noresize", "noshade",
        "nowrap",
        "readonly", "rel", "rev", "rules", "scope", "scrolling", "selected", "shape", "target", "text", "type",
        "valign",
        "valuetype", "vlink",
    ]
}
