// SPDX-License-Identifier: Apache-2.0

/// A CSS selector, or a list of them with commas, that was read and can be decided at an element's start tag.
///
/// The language is that of Selectors Level 4: types, `*`, classes, ids, attributes with all their operators and the flags
/// `i` and `s`, the combinators for descendants, children and siblings, `:not`, `:is`, `:where`, `:root`, `:nth-child` with
/// `of`, `:nth-of-type`, `:first-child` and `:first-of-type`. The namespace prefixes `html`, `svg`, `math` and `*` are
/// declared, for attributes `xlink` and `xml`; without a prefix a type is of any namespace.
///
/// Stricter than a style sheet: what is not closed at the end of the text is an error, as is an unknown name in the lists of
/// `:is` and `:where`, which a style sheet forgives. Pages in quirks mode are not treated specially: there, too, classes and
/// ids differ by the case of their letters.
public struct Selector: Hashable, Sendable {
    /// What is between the commas.
    let alternatives: [ComplexSelector]

    /// Reads a selector.
    ///
    /// - Throws: Where it is wrong and why; also if it asks for what comes behind the start tag, as `:last-child` does.
    public init(_ text: String) throws(SelectorError) {
        var parser = SelectorParser(Array(text.utf8))
        alternatives = try parser.parse()
    }
}
