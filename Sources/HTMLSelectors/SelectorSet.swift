// SPDX-License-Identifier: Apache-2.0

/// Selectors that are matched together, compiled once for any number of pages.
public struct SelectorSet: Sendable {
    let program: Program

    /// Compiles selectors; each is known by its place from here on.
    public init(_ selectors: [Selector]) {
        program = SelectorCompiler(selectors).program
    }

    /// The attributes that may be asked for. No other needs to be read for the sake of the selectors.
    public var attributeNames: [AttributeName] { program.attributeNames }
}
