// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// One section's configuration, of a type that only the plugin knows.
class AnyConfigurationBox {
    private struct Compiled {
        var type: ObjectIdentifier
        var object: any AnyObject & Sendable
    }

    /// What the plugin worked out of it: threads that serve requests of one section share it.
    private let compiled = Mutex<Compiled?>(nil)

    /// What was worked out of it and held under this type.
    final func compiled(as type: ObjectIdentifier) -> (any AnyObject & Sendable)? {
        compiled.withLock { $0?.type == type ? $0?.object : nil }
    }

    /// Holds what was worked out of it, in place of what was before.
    final func hold(_ object: any AnyObject & Sendable, as type: ObjectIdentifier) {
        compiled.withLock { $0 = Compiled(type: type, object: object) }
    }

    /// Forgets what was worked out of it.
    final func forgetCompiled() { compiled.withLock { $0 = nil } }

    /// Whether any directive was applied, or the box was merged from ones where it was.
    var isSet: Bool { false }

    /// A box for both sections, the inner one laid over this.
    func merged(with inner: AnyConfigurationBox) -> AnyConfigurationBox? { nil }
}

final class ConfigurationBox<Configuration: ModuleConfiguration>: AnyConfigurationBox {
    var value: Configuration
    private var wasApplied: Bool

    init(_ value: Configuration, isSet: Bool) {
        self.value = value
        wasApplied = isSet
    }

    override var isSet: Bool { wasApplied }

    override func merged(with inner: AnyConfigurationBox) -> AnyConfigurationBox? {
        guard let inner = inner as? ConfigurationBox<Configuration> else { return nil }
        return ConfigurationBox(value.merged(with: inner.value), isSet: true)
    }

    func apply(_ directive: Directive<Configuration>, _ arguments: [String]) throws(DirectiveError) {
        forgetCompiled()
        try directive.apply(&value, arguments)
        wasApplied = true
    }
}

/// A directive of a configuration type that only the plugin knows.
class AnyDirective {
    let name: StaticString
    let help: StaticString
    let scope: DirectiveScope

    init(_ name: StaticString, _ help: StaticString, _ scope: DirectiveScope) {
        self.name = name
        self.help = help
        self.scope = scope
    }

    func apply(_ box: AnyConfigurationBox, _ arguments: [String]) throws(DirectiveError) {}
}

final class DirectiveBox<Configuration: ModuleConfiguration>: AnyDirective {
    private let directive: Directive<Configuration>

    init(_ directive: Directive<Configuration>) {
        self.directive = directive
        super.init(directive.name, directive.help, directive.scope)
    }

    override func apply(_ box: AnyConfigurationBox, _ arguments: [String]) throws(DirectiveError) {
        guard let box = box as? ConfigurationBox<Configuration> else { return }
        try box.apply(directive, arguments)
    }
}

/// A configuration type, without its name.
protocol AnyConfigurationKind {
    var directives: [AnyDirective] { get }
    func make() -> AnyConfigurationBox
}

struct ConfigurationKind<Configuration: ModuleConfiguration>: AnyConfigurationKind {
    var directives: [AnyDirective] { Configuration.directives.map { DirectiveBox($0) } }

    func make() -> AnyConfigurationBox { ConfigurationBox(Configuration(), isSet: false) }
}
