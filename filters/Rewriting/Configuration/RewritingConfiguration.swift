// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// What the directives of this plugin set.
public struct RewritingConfiguration: ModuleConfiguration {
    /// How the rules of a section join those of the sections around it.
    package var inheritance = Setting(RuleInheritance.append)
    /// The rules for bodies, in order.
    public var rules: [BodyRule] = []
    /// The rules for header fields, in order.
    public var headerRules: [HeaderRule] = []
    /// Whether each byte is replaced at most once.
    public var mode = Setting(RuleMode.onepass)
    /// Media types of bodies that are rewritten.
    public var types = Setting(RewritableTypes.builtIn)
    /// The most bytes that a match may have.
    public var longestMatch = Setting<ByteCount>(ByteCount(64 * 1024))
    /// What happens where a limit is reached.
    public var onLimit = Setting(LimitPolicy.pass)
    /// What a pattern may cost.
    public var effort = EffortLimit()

    private var mergedLayers: RuleLayers<BodyRule>?
    private var mergedHeaderLayers: RuleLayers<HeaderRule>?

    /// No rules.
    public init() {}

    private var layers: RuleLayers<BodyRule> { mergedLayers ?? RuleLayers(rules, inheritance.value) }
    private var headerLayers: RuleLayers<HeaderRule> {
        mergedHeaderLayers ?? RuleLayers(headerRules, inheritance.value)
    }

    /// `Replace…`.
    public static var directives: [Directive<Self>] {
        Directive(
            "Replace", appendingWordsTo: \.rules, help: "a rule: \"s/from/to/flags\", and a condition: \"expr=…\""
        ) { configuration, inner in
            var layers = configuration.layers
            layers.add(inner.layers)
            configuration.mergedLayers = layers
            configuration.rules = layers.rules
        }
        Directive(
            "ReplaceHeader", appendingWordsTo: \.headerRules,
            help: "request or response (if neither is said), a field's name, a rule and a condition"
        ) { configuration, inner in
            var layers = configuration.headerLayers
            layers.add(inner.headerLayers)
            configuration.mergedHeaderLayers = layers
            configuration.headerRules = layers.rules
        }
        // Merged last: until then it is that of the section itself, for which alone it counts.
        Directive(
            "ReplaceInherit", \.inheritance, help: "append, prepend or replace: how rules join those of outer sections")
        Directive("ReplaceMode", \.mode, help: "onepass, or sequential: each rule sees what the one before it made")
        Directive("ReplaceTypes", words: \.types, help: "media types, such as text/* or !text/csv, or default")
        Directive(
            "ReplaceMaxMatch", \.longestMatch, within: 1...ByteCount(64 << 20), help: "the most bytes of a match (64K)")
        Directive("ReplaceOnLimit", \.onLimit, help: "pass or fail: what becomes of a body where a limit is reached")
        Directive(
            "ReplaceLimit", options: \.effort, help: "match= steps, heap= bytes and time= that a pattern may take")
    }
}

/// The value of `ReplaceMode`.
public enum RuleMode: String, CaseIterable, DirectiveValue {
    case onepass, sequential
}

/// The value of `ReplaceOnLimit`.
public enum LimitPolicy: String, CaseIterable, DirectiveValue {
    case pass, fail
}

/// The options of `ReplaceLimit`.
public struct EffortLimit: FilterOptions {
    /// Steps back that a pattern may take from one place.
    public var steps = Setting(250_000)
    /// Bytes of memory that it may take for them.
    public var memory = Setting<ByteCount>(ByteCount(16 << 20))
    /// The time that it may take for a body.
    package var time = Setting(TimeLimit(.seconds(1)))

    /// The defaults.
    public init() {}

    /// `match=`, `heap=` and `time=`.
    public static var options: [Option<Self>] {
        Option("match", \.steps, in: 1...Int(UInt32.max))
        Option("heap", \.memory, in: 0...ByteCount(1 << 30))
        Option("time", \.time)
    }
}
