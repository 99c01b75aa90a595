// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTTPD

/// What is done with pages, made ready once for all of them.
///
/// A handler sees each element that its selector matches at its start tag, in the order of the page. What comes behind that tag is
/// not there yet, so what is to be done at the end of an element is left there with ``HTMLElement/atEnd(_:)``.
private let handlers: [HTMLHandler] = [
    // Links to other sites: their attributes are changed where they stand, and a mark comes behind what they hold.
    on("a[href^='http:' i], a[href^='https:' i], a[href^='//']") { element throws(StreamError) in
        try element.setAttribute("rel", to: "noopener external")
        try element.append(.text(" ↗"))
    },
    // Tables get a frame to scroll in, and the frame ends where the table does, with its end tag or without one.
    on("table") { element in
        element.before(.html("<div class=scroll>"))
        element.after(.html("</div>"))
    },
    // Headings show by what name a link finds them: a value stays with the element until it ends.
    on("h1, h2, h3") { element in
        element.userData = element["id"]
        element.atEnd { end in
            // As text it is escaped, whatever is in it.
            if let name = end.userData as? String { end.before(.text(" #" + name)) }
        }
    },
    // Text comes in parts as it streams through, or as one, up to the memory that a page may take.
    text(in: "title", whole: true) { text throws(StreamError) in
        if !text.decoded.contains("Example") { try text.after(.text(" – Example")) }
    },
    // Editors' notes go, other comments stay.
    comments { comment in
        if comment.text.hasPrefix(" TODO") { comment.remove() }
    },
    // The beginning and the end of the page.
    document { part in
        if part.moment == .end { part.append(.html("<!-- checked -->\n")) }
    },
]

/// `SwiftOutputFilter Outbound.Pages OUTBOUND` and `SetOutputFilter OUTBOUND`.
///
/// The rewriter is a transform: what is left to say is which responses it is for.
struct Pages: OutputFilter, TransformFilter, ~Copyable {
    private static let rules = Result { try HTMLRules(handlers) }

    var transform: HTMLRewriter

    /// Declines what is no page, or what nobody may change.
    init?(_ request: borrowing Request, options: NoOptions) throws(HTTPDError) {
        guard request.contentType?.essence == "text/html", !request.forbidsTransforming else { return nil }
        switch Self.rules {
        case .success(let rules): transform = HTMLRewriter(rules)
        // A selector that is wrong: the sentence has the place.
        case .failure(let error): throw HTTPDError("\(error)")
        }
    }
}

/// The plugin.
public enum OutboundPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Outbound"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Pages", Pages.self)
    }
}

/// What mod_swift calls: the one line that makes this package a plugin.
@c(swift_httpd_plugin_Outbound)
public func plugin(_ host: PluginHost) -> PluginTable { OutboundPlugin.load(by: host) }
