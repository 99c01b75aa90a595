// SPDX-License-Identifier: Apache-2.0

/// What the names of elements and attributes of HTML mean for those who write some.
public enum HTMLElementFacts {
    /// Whether an element of HTML with this name has no content and no end tag. Letters in either case.
    public static func isVoid(_ name: Span<UInt8>) -> Bool {
        ElementName(name, 0..<name.count).traits.contains(.void)
    }

    /// How the content of an element of HTML with this name is read, where scripts run. Letters in either case.
    public static func mode(behind name: Span<UInt8>) -> TextMode {
        OpenElements(scripting: true, depth: 1).mode(behind: ElementName(name, 0..<name.count))
    }

    /// Whether this is a name for an attribute: 13.1.2.3.
    public static func isAttributeName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case ...0x20, 0x22, 0x27, 0x2F, 0x3C, 0x3D, 0x3E, 0x7F: false
                default: true
                }
            }
    }
}
