// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// What the directives of this plugin set.
public struct HTMLRewritingConfiguration: ModuleConfiguration {
    /// How the rules of a section join those of the sections around it.
    package var inheritance = Setting(RuleInheritance.append)
    /// The rules, in order.
    public var rules: [HTMLRule] = []
    /// How URLs are mapped.
    public var urls: [URLRule] = []
    /// Media types of pages.
    public var types = Setting(HTMLTypes.builtIn)
    /// The most bytes that are held of a page.
    public var memory = Setting<ByteCount>(ByteCount(1 << 20))
    /// The most elements that may be in one another.
    public var depth = Setting(512)
    /// The most attributes of an element that a rule changes.
    public var attributes = Setting(1024)
    /// The most bytes of a tag.
    public var tagLength = Setting<ByteCount>(ByteCount(64 << 10))
    /// Whether pages in UTF-16 are put into UTF-8.
    public var convertsUTF16 = Setting(false)
    /// What happens where a limit is reached.
    public var onLimit = Setting(HTMLLimitPolicy.pass)

    private var mergedLayers: RuleLayers<HTMLRule>?
    private var mergedURLs: RuleLayers<URLRule>?

    /// No rules.
    public init() {}

    private var layers: RuleLayers<HTMLRule> { mergedLayers ?? RuleLayers(rules, inheritance.value) }

    private var layersOfURLs: RuleLayers<URLRule> { mergedURLs ?? RuleLayers(urls, inheritance.value) }

    /// `HTMLRewrite…`.
    public static var directives: [Directive<Self>] {
        Directive(
            "HTMLRewrite", appendingWordsTo: \.rules,
            help: "a selector, an action with its arguments, and a condition: \"expr=…\""
        ) { configuration, inner in
            var layers = configuration.layers
            layers.add(inner.layers)
            configuration.mergedLayers = layers
            configuration.rules = layers.rules
        }
        Directive(
            "HTMLRewriteURLs", appendingWordsTo: \.urls,
            help: "the beginning of URLs, what takes its place, and a condition: \"expr=…\""
        ) { configuration, inner in
            var layers = configuration.layersOfURLs
            layers.add(inner.layersOfURLs)
            configuration.mergedURLs = layers
            configuration.urls = layers.rules
        }
        // Merged behind the rules: until then it is that of the section itself, for which alone it counts.
        Directive(
            "HTMLRewriteInherit", \.inheritance,
            help: "append, prepend or replace: how rules join those of outer sections")
        Directive("HTMLRewriteTypes", words: \.types, help: "media types, such as text/html or !text/html, or default")
        Directive(
            "HTMLRewriteMemory", \.memory, within: ByteCount(1 << 10)...ByteCount(1 << 30),
            help: "the most bytes that are held of a page (1M)")
        Directive("HTMLRewriteMaxDepth", \.depth, within: 1...65_536, help: "the most elements in one another (512)")
        Directive(
            "HTMLRewriteMaxAttributes", \.attributes, within: 1...65_536,
            help: "the most attributes of an element that is changed (1024)")
        Directive(
            "HTMLRewriteMaxTag", \.tagLength, within: ByteCount(64)...ByteCount(64 << 20),
            help: "the most bytes of a tag (64K)")
        Directive(
            "HTMLRewriteConvert", \.convertsUTF16, help: "on: pages in UTF-16 are put into UTF-8 and rewritten (off)")
        Directive(
            "HTMLRewriteOnLimit", \.onLimit, help: "pass or fail: what becomes of a page where a limit is reached")
    }
}

/// The value of `HTMLRewriteOnLimit`.
public enum HTMLLimitPolicy: String, CaseIterable, DirectiveValue {
    case pass, fail
}
