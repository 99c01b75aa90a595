// SPDX-License-Identifier: Apache-2.0

/// How the URLs are written that a value holds.
public enum LinkKind: UInt8, Equatable, Sendable {
    /// The value is a URL: `href`.
    case url
    /// URLs with white space between them: `ping`.
    case spaces
    /// URLs with commas between them: the `archive` of `<applet>`.
    case commas
    /// Images to choose from: `srcset`, `imagesrcset`.
    case srcset
    /// CSS: `style`, and the attributes of SVG that are CSS properties.
    case declarations
    /// Seconds and a URL: `<meta http-equiv=refresh content>`, and the header field `Refresh`.
    case refresh
    /// A page of its own, in `srcdoc`: it wants a rewriter of its own, and ``LinkRewriter`` leaves it as it is.
    case document
    /// The `content` of a `<meta>`, which may hold anything: ``LinkPlace/meta(httpEquiv:name:)`` knows what.
    case content
}
