// SPDX-License-Identifier: Apache-2.0
public import HTMLSelectors

/// Handlers whose selectors are ready to be matched together, for any number of pages.
///
/// Make them once, where the plugin or its configuration is made, and an ``HTMLRewriter`` of them for each page.
public struct HTMLRules: Sendable {
    let set: SelectorSet
    /// In their order.
    private(set) var actions: [HTMLHandler.Action]
    /// For each selector of the set, whose it is.
    let owners: [Int]
    /// Those for all of the page.
    let everywhere: [Int]

    /// No handlers: for pages in which URLs alone are mapped.
    public init() {
        set = SelectorSet([])
        actions = []
        owners = []
        everywhere = []
    }

    /// Makes handlers ready.
    ///
    /// - Throws: Which selector is none, where and why.
    public init(@HTMLHandlerList _ handlers: () -> [HTMLHandler]) throws(HTMLRulesError) {
        try self.init(handlers())
    }

    /// Makes handlers ready.
    ///
    /// - Throws: Which selector is none, where and why.
    public init(_ handlers: [HTMLHandler]) throws(HTMLRulesError) {
        var selectors: [Selector] = []
        var owners: [Int] = []
        var everywhere: [Int] = []
        for (index, handler) in handlers.enumerated() {
            var text = handler.selector
            if text == nil, case .element = handler.action { text = "*" }
            guard let text else {
                everywhere.append(index)
                continue
            }
            do throws(SelectorError) {
                selectors.append(try Selector(text))
            } catch {
                throw HTMLRulesError(selector: text, error: error)
            }
            owners.append(index)
        }
        set = SelectorSet(selectors)
        actions = handlers.map(\.action)
        self.owners = owners
        self.everywhere = everywhere
    }

    /// The same selectors with other actions, one for each handler and of the same case: for handlers whose values are
    /// those of a request. Costs no look at the selectors. What is missing stays as it is.
    public func replacingActions(_ actions: [HTMLHandler.Action]) -> HTMLRules {
        var rules = self
        for index in rules.actions.indices where index < actions.count { rules.actions[index] = actions[index] }
        return rules
    }

    /// Whether there are no handlers.
    public var isEmpty: Bool { actions.isEmpty }
}

/// A handler's selector that is none.
public struct HTMLRulesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text.
    public let selector: String
    /// Where it is wrong, and why.
    public let error: SelectorError

    /// The sentence, the text, and the position in it.
    public var description: String { "'\(selector)': \(error)" }
}
