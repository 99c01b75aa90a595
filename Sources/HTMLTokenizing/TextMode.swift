// SPDX-License-Identifier: Apache-2.0

/// How the tokenizer reads text: the standard's states that a tree builder can put it into.
public enum TextMode: UInt8, Equatable, Sendable {
    /// Tags, comments and character references mean what they mean. 13.2.5.1.
    case data
    /// `<title>` and `<textarea>`: character references, and nothing else up to the end tag. 13.2.5.2.
    case rcdata
    /// `<style>`, `<xmp>`, `<iframe>`, `<noembed>`, `<noframes>`: nothing up to the end tag. 13.2.5.3.
    case rawtext
    /// `<script>`: nothing up to the end tag, which may be hidden by `<!--` and `<script`. 13.2.5.4.
    case script
    /// `<plaintext>`: nothing to the end of the page. 13.2.5.5.
    case plaintext
    /// `<![CDATA[` in SVG and MathML: nothing up to `]]>`. 13.2.5.69.
    case cdata

    /// Whether character references are decoded here.
    public var hasReferences: Bool { self == .data || self == .rcdata }
}

/// The language that an element's name belongs to.
public enum HTMLNamespace: UInt8, Equatable, Sendable {
    /// HTML.
    case html
    /// SVG.
    case svg
    /// MathML.
    case mathML
}
