// SPDX-License-Identifier: Apache-2.0
public import Streaming

/// What is done with parts of a page, and with which.
///
/// Made by ``on(_:_:)``, ``text(in:whole:_:)``, ``comments(in:_:)`` and ``document(_:)``. Its closure is called from many
/// threads at once, each with its own page.
public struct HTMLHandler: Sendable {
    /// What is done.
    public enum Action: Sendable {
        /// With elements, at their start tags.
        case element(@Sendable (inout HTMLElement) throws(StreamError) -> Void)
        /// With text, in the parts it comes in; with `whole`, each text in one piece.
        case text(whole: Bool, @Sendable (inout HTMLTextPart) throws(StreamError) -> Void)
        /// With comments.
        case comment(@Sendable (inout HTMLComment) throws(StreamError) -> Void)
        /// With the page: its DOCTYPE and its end.
        case document(@Sendable (inout HTMLDocumentPart) throws(StreamError) -> Void)
    }

    /// With which elements, or what is in which; `nil` for all of the page.
    let selector: String?
    let action: Action

    /// An action for what a selector matches; without one for all of the page.
    ///
    /// An action with elements and no selector is one with all of them.
    public init(_ selector: String?, _ action: Action) {
        self.selector = selector
        self.action = action
    }
}

/// Changes elements that a selector matches: at the start tag, before anything inside is known.
public func on(
    _ selector: String, _ handler: @escaping @Sendable (inout HTMLElement) throws(StreamError) -> Void
) -> HTMLHandler {
    HTMLHandler(selector, .element(handler))
}

/// Changes the text in elements that a selector matches and in all inside of them; without a selector all text.
///
/// - Parameters:
///   - selector: Which elements.
///   - whole: Whether the handler is shown all of the text between two tags or comments at once. It is held back for
///     that, and bounded by ``HTMLLimits/memory``. Otherwise text comes in parts, cut anywhere but inside of a character
///     or a reference.
///   - handler: What is done with each.
public func text(
    in selector: String? = nil, whole: Bool = false,
    _ handler: @escaping @Sendable (inout HTMLTextPart) throws(StreamError) -> Void
) -> HTMLHandler {
    HTMLHandler(selector, .text(whole: whole, handler))
}

/// Changes the comments in elements that a selector matches and in all inside of them; without a selector all comments.
public func comments(
    in selector: String? = nil, _ handler: @escaping @Sendable (inout HTMLComment) throws(StreamError) -> Void
) -> HTMLHandler {
    HTMLHandler(selector, .comment(handler))
}

/// Is shown the page's DOCTYPE and its end.
public func document(
    _ handler: @escaping @Sendable (inout HTMLDocumentPart) throws(StreamError) -> Void
) -> HTMLHandler {
    HTMLHandler(nil, .document(handler))
}

/// Gathers handlers that are written one below the other.
@resultBuilder
public enum HTMLHandlerList {
    /// One handler.
    public static func buildExpression(_ handler: HTMLHandler) -> [HTMLHandler] { [handler] }

    /// Handlers that were made elsewhere.
    public static func buildExpression(_ handlers: [HTMLHandler]) -> [HTMLHandler] { handlers }

    /// One after the other.
    public static func buildBlock(_ parts: [HTMLHandler]...) -> [HTMLHandler] { parts.flatMap { $0 } }

    /// Those of an `if` without `else`.
    public static func buildOptional(_ part: [HTMLHandler]?) -> [HTMLHandler] { part ?? [] }

    /// Those of an `if`.
    public static func buildEither(first part: [HTMLHandler]) -> [HTMLHandler] { part }

    /// Those of an `else`.
    public static func buildEither(second part: [HTMLHandler]) -> [HTMLHandler] { part }

    /// Those of a `for`.
    public static func buildArray(_ parts: [[HTMLHandler]]) -> [HTMLHandler] { parts.flatMap { $0 } }
}
