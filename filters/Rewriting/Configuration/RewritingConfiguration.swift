// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// What the directives of this plugin set.
public struct RewritingConfiguration: ModuleConfiguration {
    /// The rules, those of outer sections first.
    public var rules: [ConfiguredRule] = []

    /// No rules.
    public init() {}

    /// `Replace`.
    public static var directives: [Directive<Self>] {
        Directive("Replace", appendingTo: \.rules, help: "a rule: \"s/from/to/n\"; may be repeated")
    }
}
