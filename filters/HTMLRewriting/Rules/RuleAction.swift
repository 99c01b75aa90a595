// SPDX-License-Identifier: Apache-2.0
import HTMLEditing
import HTMLTokenizing
import HTTPD
import Streaming

/// What a rule does with the elements of its selector.
struct RuleAction: Sendable {
    /// The words for it.
    enum Kind: String, CaseIterable, DirectiveValue {
        case setAttribute = "set-attribute"
        case removeAttribute = "remove-attribute"
        case rename
        case beforeHTML = "before-html"
        case beforeText = "before-text"
        case prependHTML = "prepend-html"
        case prependText = "prepend-text"
        case appendHTML = "append-html"
        case appendText = "append-text"
        case afterHTML = "after-html"
        case afterText = "after-text"
        case replaceHTML = "replace-html"
        case replaceText = "replace-text"
        case setContentHTML = "set-content-html"
        case setContentText = "set-content-text"
        case remove
        case unwrap
        case removeComments = "remove-comments"

        /// What it takes, for those who gave it something else.
        var arguments: [String] {
            switch self {
            case .setAttribute: ["the name of an attribute", "its value"]
            case .removeAttribute: ["the name of an attribute"]
            case .rename: ["the name of an element"]
            case .remove, .unwrap, .removeComments: []
            case .beforeHTML, .prependHTML, .appendHTML, .afterHTML, .replaceHTML, .setContentHTML: ["some HTML"]
            case .beforeText, .prependText, .appendText, .afterText, .replaceText, .setContentText: ["a text"]
            }
        }

        var isOfComments: Bool { self == .removeComments }

        /// Whether there are elements with which it cannot be done: content that must stay what it is, and text that
        /// would end what it is put into.
        var mayBeRefused: Bool {
            switch self {
            case .rename, .prependText, .appendText, .setContentText: true
            default: false
            }
        }
    }

    let kind: Kind
    /// What is written.
    let value: RuleValue
    /// The name of an attribute or element.
    private let name: String

    /// Reads as many arguments as the kind has.
    init(_ kind: Kind, _ arguments: [String]) throws(DirectiveError) {
        self.kind = kind
        let last = arguments.last ?? ""
        switch kind {
        case .setAttribute, .removeAttribute:
            name = arguments.first ?? ""
            guard HTMLElementFacts.isAttributeName(name) else {
                throw DirectiveError("'\(name)' is no name of an attribute")
            }
            value = kind == .setAttribute ? try RuleValue(last) : .bytes([])
        case .rename:
            name = last
            try Self.check(elementName: last)
            value = .bytes([])
        default:
            name = ""
            value = try RuleValue(last)
        }
    }

    /// Elements whose content is read in another way than others' cannot be made by another name.
    private static func check(elementName name: String) throws(DirectiveError) {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20),
            bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ">") })
        else { throw DirectiveError("'\(name)' is no name of an element") }
        guard HTMLElementFacts.mode(behind: bytes.span) == .data else {
            throw DirectiveError("no element can become \(name): its content would be read in another way")
        }
    }

    /// The same for the engine, with the value of a request. What cannot be done is left out, and noted.
    func handler(_ value: [UInt8], _ refusals: Refusals) -> HTMLHandler.Action {
        if kind.isOfComments { return .comment { comment in comment.remove() } }
        let (kind, name) = (kind, name)
        return .element { element in
            do throws(StreamError) {
                try Self.apply(kind, name, value, to: &element)
            } catch {
                refusals.add(error.message)
            }
        }
    }

    private static func apply(
        _ kind: Kind, _ name: String, _ value: [UInt8], to element: inout HTMLElement
    ) throws(StreamError) {
        switch kind {
        case .setAttribute: try element.setAttribute(name, toBytes: value)
        case .removeAttribute: element.removeAttribute(name)
        case .rename: try element.rename(to: name)
        case .beforeHTML: element.before(.html(value))
        case .beforeText: element.before(.text(value))
        case .prependHTML: try element.prepend(.html(value))
        case .prependText: try element.prepend(.text(value))
        case .appendHTML: try element.append(.html(value))
        case .appendText: try element.append(.text(value))
        case .afterHTML: element.after(.html(value))
        case .afterText: element.after(.text(value))
        case .replaceHTML: element.replace(with: .html(value))
        case .replaceText: element.replace(with: .text(value))
        case .setContentHTML: try element.setContent(.html(value))
        case .setContentText: try element.setContent(.text(value))
        case .remove: element.remove()
        case .unwrap: element.unwrap()
        case .removeComments: break
        }
    }

    /// An action of the same case that leaves everything as it is.
    static func nothing(_ kind: Kind) -> HTMLHandler.Action {
        kind.isOfComments ? .comment { _ in } : .element { _ in }
    }
}
