// SPDX-License-Identifier: Apache-2.0

/// What is put into a page.
public struct HTMLContent: Equatable, Sendable {
    let bytes: [UInt8]
    let isText: Bool

    /// HTML, put in as it is. It is in the page's encoding, of which ASCII is a part.
    public static func html(_ html: String) -> HTMLContent { HTMLContent(bytes: Array(html.utf8), isText: false) }

    /// HTML in the page's encoding, put in as it is.
    public static func html(_ html: [UInt8]) -> HTMLContent { HTMLContent(bytes: html, isText: false) }

    /// Text: put in so that a browser reads this text, whatever is in it.
    public static func text(_ text: String) -> HTMLContent { HTMLContent(bytes: Array(text.utf8), isText: true) }

    /// Text in UTF-8: put in so that a browser reads this text, whatever is in it.
    public static func text(_ text: [UInt8]) -> HTMLContent { HTMLContent(bytes: text, isText: true) }
}
