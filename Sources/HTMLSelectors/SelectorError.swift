// SPDX-License-Identifier: Apache-2.0

/// Why a text is no selector, or none that can be decided while a page streams through.
public struct SelectorError: Error, Equatable, Sendable {
    /// What was not closed.
    public enum Construct: String, Equatable, Sendable {
        /// `"…` or `'…`.
        case string
        /// `/*…`.
        case comment
        /// `[…`.
        case attribute
        /// `:name(…`.
        case function
    }

    /// What is wrong.
    public enum Reason: Equatable, Sendable {
        /// A selector is missing: the text is empty, or a comma or combinator has nothing behind it.
        case missing
        /// A character that cannot be here.
        case unexpected(String)
        /// A type or `*` is not the first of its compound: `.a*`.
        case misplacedType
        /// What follows this character is no name: `.1`, `#-`, `[=`.
        case noName(after: String)
        /// What begins here has no end.
        case unclosed(Construct)
        /// A line ends inside of a string.
        case lineEndInString
        /// What follows an attribute's operator is neither a name nor a string.
        case noValue
        /// Behind an attribute's value there is something else than `i` or `s`.
        case unknownFlag(String)
        /// No namespace is declared with this prefix.
        case unknownPrefix(String)
        /// No `An+B`, `even` or `odd`.
        case noPosition
        /// The pseudo-class needs arguments in parentheses, and has none.
        case missingArguments(String)
        /// The pseudo-class has arguments and takes none.
        case needlessArguments(String)
        /// What comes behind the start tag decides, and the tag is on its way by then.
        case undecidable(String)
        /// What a browser or its user does decides.
        case dynamic(String)
        /// A pseudo-element: there is no tag for it.
        case pseudoElement(String)
        /// A pseudo-class that is not known here.
        case unknownPseudoClass(String)
        /// The combinator `||`, or the nesting selector `&`.
        case unsupported(String)
        /// More than 32 functions in one another.
        case nestedTooDeep
    }

    /// Where: in bytes from the start of the selector's UTF-8 text; its length for what is missing at the end.
    public let offset: Int
    /// What is wrong there.
    public let reason: Reason

    init(_ reason: Reason, at offset: Int) {
        self.offset = offset
        self.reason = reason
    }

    /// A sentence, without its position.
    public var message: String {
        switch reason {
        case .missing: "a selector is missing"
        case .unexpected(let text): "'\(text)' cannot be here"
        case .misplacedType: "the element's type must be the first of what belongs to one element"
        case .noName(let text): "a name must follow '\(text)'"
        case .unclosed(let construct): "the \(construct.rawValue) that begins here is not closed"
        case .lineEndInString: "a line ends inside of a string"
        case .noValue: "a name or a string must follow the operator"
        case .unknownFlag(let text): "the flag '\(text)' is not known; there are i and s"
        case .unknownPrefix(let text): "the namespace '\(text)' is not known; there are html, svg, math and *"
        case .noPosition: "a position is written as 3, 2n+1, even or odd"
        case .missingArguments(let name): ":\(name) needs arguments: :\(name)(...)"
        case .needlessArguments(let name): ":\(name) takes no arguments"
        case .undecidable(let name):
            ":\(name) cannot be decided at the start tag: it depends on what comes after it in the page"
        case .dynamic(let name): ":\(name) cannot be decided here: it depends on a browser or its user"
        case .pseudoElement(let name): "::\(name) is a pseudo-element, and has no tag"
        case .unknownPseudoClass(let name): "the pseudo-class :\(name) is not known"
        case .unsupported(let text): "'\(text)' is not supported"
        case .nestedTooDeep: "more than 32 functions are nested in one another"
        }
    }
}

extension SelectorError: CustomStringConvertible {
    /// The sentence with its position.
    public var description: String { "\(message) (at byte \(offset))" }
}
