// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Where a directive may stand.
public struct DirectiveScope: OptionSet, Sendable {
    /// httpd's bits. The corresponding C constants are `RSRC_CONF`, `ACCESS_CONF` and `OR_FILEINFO`.
    public let rawValue: Int32

    /// Wraps httpd's bits.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// In the server's configuration and in virtual hosts, outside of sections.
    public static let server = DirectiveScope(rawValue: RSRC_CONF)
    /// In `<Directory>`, `<Location>`, `<Files>` and `<If>`.
    public static let directory = DirectiveScope(rawValue: ACCESS_CONF)
    /// In .htaccess, where `AllowOverride FileInfo` is in force.
    public static let htaccess = DirectiveScope(rawValue: OR_FILEINFO)
    /// Everywhere.
    public static let everywhere: DirectiveScope = [.server, .directory, .htaccess]
}

/// A native directive of a plugin: its name, where its value goes, and how sections are merged.
public struct Directive<Configuration: Sendable>: Sendable {
    /// The name, as the administrator writes it.
    public let name: StaticString
    /// One line for `apache2 -L` and for errors.
    public let help: StaticString
    /// Where it may stand.
    public let scope: DirectiveScope
    let apply: @Sendable (inout Configuration, [String]) throws(DirectiveError) -> Void
    let merge: @Sendable (inout Configuration, Configuration) -> Void

    /// A directive of any form: what its line does to a section, and how an inner section is laid over another.
    init(
        _ name: StaticString, in scope: DirectiveScope, help: StaticString,
        apply: @escaping @Sendable (inout Configuration, [String]) throws(DirectiveError) -> Void,
        merge: @escaping @Sendable (inout Configuration, Configuration) -> Void
    ) {
        self.name = name
        self.help = help
        self.scope = scope
        self.apply = apply
        self.merge = merge
    }

    /// A directive with one argument; the innermost section that has it wins.
    public init<Value: DirectiveValue>(
        _ name: StaticString,
        _ property: any WritableKeyPath<Configuration, Setting<Value>> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString
    ) {
        self.name = name
        self.help = help
        self.scope = scope
        apply = { (configuration: inout Configuration, arguments: [String]) throws(DirectiveError) in
            let argument = try Self.single(arguments)
            configuration[keyPath: property].value = try Value(directiveArgument: argument)
        }
        merge = { configuration, inner in
            configuration[keyPath: property].merge(inner[keyPath: property])
        }
    }

    /// A directive with one argument that may be repeated; the values of outer sections come first.
    public init<Value: DirectiveValue>(
        _ name: StaticString,
        appendingTo property: any WritableKeyPath<Configuration, [Value]> & Sendable,
        in scope: DirectiveScope = .everywhere,
        help: StaticString
    ) {
        self.name = name
        self.help = help
        self.scope = scope
        apply = { (configuration: inout Configuration, arguments: [String]) throws(DirectiveError) in
            let argument = try Self.single(arguments)
            configuration[keyPath: property].append(try Value(directiveArgument: argument))
        }
        merge = { configuration, inner in
            configuration[keyPath: property] += inner[keyPath: property]
        }
    }

    static func single(_ arguments: [String]) throws(DirectiveError) -> String {
        guard let argument = arguments.first, arguments.count == 1 else {
            throw DirectiveError("takes one argument, not \(arguments.count): put quotes around one with spaces")
        }
        return argument
    }
}

/// Collects the directives of a ``ModuleConfiguration``.
@resultBuilder
public enum DirectiveBuilder<Configuration: Sendable> {
    /// One directive.
    public static func buildExpression(_ directive: Directive<Configuration>) -> [Directive<Configuration>] {
        [directive]
    }

    /// All of them.
    public static func buildBlock(_ directives: [Directive<Configuration>]...) -> [Directive<Configuration>] {
        directives.flatMap(\.self)
    }
}

/// What the directives of a plugin set, in one section or merged from several.
public protocol ModuleConfiguration: Sendable {
    /// The configuration in which nothing was set.
    init()
    /// The directives, each with the property that it sets.
    @DirectiveBuilder<Self> static var directives: [Directive<Self>] { get }
}

/// What a plugin works out of its configuration once for each section, and not for each request: the names it looks for, as
/// a table; a store that is open.
///
/// Threads that serve requests share one object. ``Request/compiled(_:)`` finds it.
public protocol CompiledConfiguration: AnyObject, Sendable {
    /// The configuration that it is worked out of.
    associatedtype Source: ModuleConfiguration
    /// Works it out. Sections that are merged for one request are worked out for that request.
    init(compiling configuration: Source)
}

extension ModuleConfiguration {
    /// This configuration with an inner section's laid over it.
    public func merged(with inner: Self) -> Self {
        var result = self
        for directive in Self.directives { directive.merge(&result, inner) }
        return result
    }
}
