// SPDX-License-Identifier: Apache-2.0
public import HTMLTokenizing

/// Where a page has URLs.
///
/// Attributes are those of the HTML standard's index (without `itemid`, `itemtype` and `rdf`'s, which are names, and `usemap`,
/// which is a fragment), of its obsolete features, of SVG 2 and of MathML. The text of `<style>` is CSS, in HTML and in SVG, and a
/// matter of ``CSSLinkRewriter``. Scripts, event handlers, `data-` attributes and JSON are left alone: what is a URL there, only
/// the program knows.
public enum LinkPlace {
    /// What an attribute holds; `nil`, in a few instructions, for most.
    ///
    /// - Parameters:
    ///   - attribute: Its name, in small or capital letters.
    ///   - element: The name of its element, likewise.
    ///   - namespace: The language of its element.
    @inline(__always)
    public static func kind(
        ofAttribute attribute: Span<UInt8>, element: Span<UInt8>, namespace: HTMLNamespace
    ) -> LinkKind? {
        guard mayHold(attribute) else { return nil }
        return known(attribute, element, namespace)
    }

    /// Whether there is an attribute of that length and first letter; for a tag whose element is not looked at yet.
    @inline(__always)
    public static func mayHold(_ attribute: Span<UInt8>) -> Bool {
        guard attribute.count > 2, attribute[0].isLetter else { return false }
        return letters(ofLength: attribute.count) & (1 &<< UInt32(attribute[0] & 0x1F)) != 0
    }

    private static func known(
        _ attribute: Span<UInt8>, _ element: Span<UInt8>, _ namespace: HTMLNamespace
    ) -> LinkKind? {
        let name = LinkName(attribute)
        switch namespace {
        case .html: return html(name, LinkName(element))
        case .svg: return svg(name)
        case .mathML: return mathML(name)
        }
    }
}

/// A name in small letters as two words; a name longer than 16 bytes is none.
struct LinkName: Equatable, Sendable {
    /// The first eight bytes, the first of them lowest.
    var low: UInt64 = 0
    /// The next eight.
    var high: UInt64 = 0

    init(_ bytes: Span<UInt8>) {
        guard bytes.count <= 16 else { return }
        for index in bytes.indices {
            let letter = UInt64(bytes[index].lowercased)
            if index < 8 {
                low |= letter &<< UInt64(truncatingIfNeeded: index &* 8)
            } else {
                high |= letter &<< UInt64(truncatingIfNeeded: index &* 8 &- 64)
            }
        }
    }
}
