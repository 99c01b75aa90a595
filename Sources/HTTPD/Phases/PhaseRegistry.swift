// SPDX-License-Identifier: Apache-2.0
internal import CPlugin

/// All that a plugin offers: filters, protocols and handlers of phases, each under a name of its own, and its
/// native directives.
///
/// A plugin fills it once, when it is loaded. The administrator then binds what is wanted, as `Plugin.name`.
public struct PhaseRegistry: ~Copyable {
    /// A closure that handles a phase of a request. Called from many threads at once.
    public typealias Handler = @Sendable (borrowing Request) throws(HTTPDError) -> Decision

    private(set) var registrations: [Registration] = []
    private(set) var configuration: (any AnyConfigurationKind)?
    private(set) var counters: [Counter] = []

    init() {}

    /// Offers a filter on the response's bytes: `SwiftOutputFilter Plugin.name NAME`.
    public mutating func outputFilter<Filter: OutputFilter & ~Copyable>(_ name: StaticString, _ type: Filter.Type) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_OUTPUT_FILTER, .init(stage: type.stage, effect: type.effect)
            ) { BoundOutputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a filter on the response's bytes and its header: `SwiftOutputFilter Plugin.name NAME`.
    public mutating func outputFilter<Filter: HeaderOutputFilter & ~Copyable>(
        _ name: StaticString, _ type: Filter.Type
    ) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_OUTPUT_FILTER, .init(stage: type.stage, effect: type.effect, prepares: true)
            ) { BoundHeaderOutputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a filter on the response's brigades: `SwiftOutputFilter Plugin.name NAME`.
    public mutating func outputFilter<Filter: BrigadeOutputFilter & ~Copyable>(
        _ name: StaticString, _ type: Filter.Type
    ) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_OUTPUT_FILTER, .init(stage: type.stage, effect: type.effect)
            ) { BoundBrigadeOutputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a filter on the bytes of the request's body: `SwiftInputFilter Plugin.name NAME`.
    public mutating func inputFilter<Filter: InputFilter & ~Copyable>(_ name: StaticString, _ type: Filter.Type) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_INPUT_FILTER, .init(stage: type.stage, effect: type.effect)
            ) { BoundInputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a filter on the brigades of the request's body: `SwiftInputFilter Plugin.name NAME`.
    public mutating func inputFilter<Filter: BrigadeInputFilter & ~Copyable>(
        _ name: StaticString, _ type: Filter.Type
    ) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_INPUT_FILTER, .init(stage: type.stage, effect: type.effect)
            ) { BoundBrigadeInputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a protocol: `SwiftProtocol Plugin.name`, or `Listen port token`.
    public mutating func protocolHandler<Handler: ProtocolHandler & ~Copyable>(
        _ name: StaticString, _ type: Handler.Type
    ) {
        registrations.append(ProtocolRegistration<Handler>(name, kind: SWIFT_HTTPD_PROTOCOL))
    }

    /// Offers a handler that makes content: `SwiftHandler Plugin.name` with `SetHandler swift`.
    public mutating func handler(_ name: StaticString, _ handler: @escaping Handler) {
        on(.handler, name, handler)
    }

    /// Offers an access check: `SwiftAccessHandler Plugin.name`.
    public mutating func access(_ name: StaticString, _ handler: @escaping Handler) {
        on(.access, name, handler)
    }

    /// Offers a handler that runs just before the content is made: `SwiftFixupHandler Plugin.name`.
    public mutating func fixup(_ name: StaticString, _ handler: @escaping Handler) {
        on(.fixup, name, handler)
    }

    /// Offers a handler that runs when the response was sent: `SwiftLogHandler Plugin.name`.
    public mutating func log(_ name: StaticString, _ handler: @escaping Handler) {
        on(.log, name, handler)
    }

    /// Offers a handler of any phase.
    public mutating func on(_ phase: Phase, _ name: StaticString, _ handler: @escaping Handler) {
        registrations.append(PhaseRegistration(name, phase: phase, handler: handler))
    }

    /// Offers a handler of any phase that is a type of its own.
    public mutating func on<Handler: RequestHandler>(_ phase: Phase, _ name: StaticString, _ type: Handler.Type) {
        let handler = Handler()
        on(phase, name) { (request: borrowing Request) throws(HTTPDError) -> Decision in
            try handler.handle(request)
        }
    }

    /// Shows a number on the server's `swift-status` page.
    public mutating func counter(_ counter: Counter) {
        counters.append(counter)
    }

    /// Brings the plugin's native directives. A plugin has one configuration; the last one given counts.
    public mutating func directives<Configuration: ModuleConfiguration>(of type: Configuration.Type) {
        configuration = ConfigurationKind<Configuration>()
    }
}
