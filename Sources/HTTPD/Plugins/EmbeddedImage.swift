// SPDX-License-Identifier: Apache-2.0
package import CHTTPD
internal import CPlugin

/// What a plugin offers, as tests reach it: with no host and no server, and many in one process.
///
/// What is bound here runs through the C functions of ``PluginEntry``, as it does for a host.
package final class EmbeddedImage {
    /// What a registration is.
    package enum Kind: Int, Sendable {
        case outputFilter = 1
        case inputFilter = 2
        case protocolHandler = 3
        case phase = 4
        case everyRequest = 5
    }

    private let registrations: [Registration]
    private let configuration: (any AnyConfigurationKind)?

    /// Collects what is registered.
    package init(_ register: (inout PhaseRegistry) -> Void) {
        Self.prepare
        var registry = PhaseRegistry()
        register(&registry)
        registrations = registry.registrations
        configuration = registry.configuration
    }

    /// The names of one kind, in order.
    package func names(_ kind: Kind) -> [String] {
        registrations.filter { $0.kind == kind.rawValue }.map { "\($0.name)" }
    }

    /// Binds a filter or protocol, as `SwiftOutputFilter Plugin.name NAME key=value` does.
    ///
    /// - Returns: What the C functions want as `instance`, to be kept as long as they are called.
    package func bind(
        _ kind: Kind, _ name: String, options: [(key: String, value: String)]
    ) throws(DirectiveError) -> AnyObject {
        guard let found = registrations.first(where: { $0.kind == kind.rawValue && "\($0.name)" == name }) else {
            throw DirectiveError("there is no '\(name)': choose from \(names(kind).joined(separator: ", "))")
        }
        return try found.configure(name, options)
    }

    /// Lets an output filter that was bound look at the request, as httpd does before the handler runs.
    @unsafe
    package func prepareOutput(
        _ instance: AnyObject, _ request: UnsafeMutablePointer<request_rec>
    ) throws(HTTPDError) {
        // SAFETY: the caller keeps the record alive for the call.
        try (instance as? Instance)?.prepareOutput(for: unsafe Request(unsafeBorrowing: request))
    }

    /// Runs a phase's handler on a `request_rec`: httpd's return code, or `nil` if there is no such handler.
    @unsafe
    package func run(_ phase: Phase, _ name: String, _ request: UnsafeMutableRawPointer) -> CInt? {
        guard let found = registrations.first(where: { $0.phase == phase && "\($0.name)" == name }) else { return nil }
        // SAFETY: the registration outlives the call; the request is the caller's.
        return withExtendedLifetime(found) {
            unsafe PluginEntry.request(Unmanaged.passUnretained(found).toOpaque(), request)
        }
    }

    /// Runs a handler of responses' headers on a `request_rec`; false if there is no such handler.
    @unsafe
    package func runResponseHeader(_ name: String, _ request: UnsafeMutableRawPointer) -> Bool {
        guard let found = registrations.first(where: { $0 is ResponseHeaderRegistration && "\($0.name)" == name })
        else {
            return false
        }
        // SAFETY: the registration outlives the call; the request is the caller's.
        _ = withExtendedLifetime(found) {
            unsafe PluginEntry.request(Unmanaged.passUnretained(found).toOpaque(), request)
        }
        return true
    }

    /// Applies lines of native directives to one section, as they stand in it.
    ///
    /// - Returns: The section, or `nil` if the plugin has no directives and none was given.
    package func section(
        _ lines: [(directive: String, arguments: String)]
    ) throws(DirectiveError) -> AnyObject? {
        guard let configuration else {
            guard let first = lines.first else { return nil }
            throw DirectiveError("there is no directive '\(first.directive)': this plugin has none")
        }
        let directives = configuration.directives
        let box = configuration.make()
        for line in lines {
            guard let directive = directives.first(where: { "\($0.name)" == line.directive }) else {
                let known = directives.map { "\($0.name)" }.joined(separator: ", ")
                throw DirectiveError("there is no directive '\(line.directive)': choose from \(known)")
            }
            do throws(DirectiveError) {
                try directive.apply(box, ArgumentList(parsing: line.arguments).words)
            } catch {
                throw DirectiveError("\(directive.name): \(error.message)")
            }
        }
        return box
    }

    /// Lays one section over another.
    package func merge(_ outer: AnyObject, _ inner: AnyObject) -> AnyObject? {
        guard let outer = outer as? AnyConfigurationBox, let inner = inner as? AnyConfigurationBox else { return nil }
        return outer.merged(with: inner)
    }

    /// Makes the record by which configurations are found: the first of its process, with the index 0.
    private static let prepare: Void = {
        // SAFETY: runs once, before anything that reads it; the record is immortal, and so is its name.
        let record = UnsafeMutablePointer<module>.allocate(capacity: 1)
        let name: StaticString = "embedded"
        unsafe chttpd_module_init(record, name.cString)
        unsafe record.pointee.module_index = 0
        unsafe PluginImage.module = unsafe record
    }()
}

extension Decision {
    /// What a return code of httpd says.
    package init(returnCode: CInt) {
        switch returnCode {
        case Decision.ok.returnCode: self = .ok
        case Decision.declined.returnCode: self = .declined
        case Decision.done.returnCode: self = .done
        default: self = .status(HTTPStatus(rawValue: Int(returnCode)))
        }
    }
}
