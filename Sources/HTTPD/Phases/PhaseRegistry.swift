// SPDX-License-Identifier: Apache-2.0
internal import CPlugin

/// All that a plugin offers: filters, protocols and handlers of phases, each under a name of its own, and its
/// native directives.
///
/// A plugin fills it once, when it is loaded. The administrator then binds what is wanted, as `Plugin.name`.
public struct PhaseRegistry: ~Copyable {
    /// A closure that handles a phase of a request. Called from many threads at once.
    public typealias Handler = @Sendable (borrowing Request) throws(HTTPDError) -> Decision

    /// A closure that changes the header of a response that is about to leave. Called from many threads at once.
    public typealias ResponseHeaderHandler = @Sendable (borrowing Request) throws(HTTPDError) -> Void

    private(set) var registrations: [Registration] = []
    private(set) var configuration: (any AnyConfigurationKind)?
    private(set) var counters: [Counter] = []
    private(set) var caches: [SharedCache] = []
    var channels: [ChannelReceiver] = []

    init() {}

    /// Offers a filter on the response's bytes: `SwiftOutputFilter Plugin.name NAME`.
    public mutating func outputFilter<Filter: OutputFilter & ~Copyable>(_ name: StaticString, _ type: Filter.Type) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_OUTPUT_FILTER,
                .init(stage: type.stage, effect: type.effect, filtersErrorPages: type.filtersErrorPages)
            ) { BoundOutputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a filter on the response's bytes and its header: `SwiftOutputFilter Plugin.name NAME`.
    public mutating func outputFilter<Filter: HeaderOutputFilter & ~Copyable>(
        _ name: StaticString, _ type: Filter.Type
    ) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_OUTPUT_FILTER,
                .init(
                    stage: type.stage, effect: type.effect, prepares: true, filtersErrorPages: type.filtersErrorPages)
            ) { BoundHeaderOutputFilter<Filter>($0, $1, $2) })
    }

    /// Offers a filter on the response's brigades: `SwiftOutputFilter Plugin.name NAME`.
    public mutating func outputFilter<Filter: BrigadeOutputFilter & ~Copyable>(
        _ name: StaticString, _ type: Filter.Type
    ) {
        registrations.append(
            OptionedRegistration<Filter.Options>(
                name, kind: SWIFT_HTTPD_OUTPUT_FILTER,
                .init(stage: type.stage, effect: type.effect, filtersErrorPages: type.filtersErrorPages)
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

    /// Brings a handler that runs for every request, with no directive: nobody binds it, and what it does depends on the
    /// plugin's own directives (``Request/configuration(_:)``) or on the request.
    ///
    /// Sub-requests (``Request/isSubrequest``), also those that only ask where a path would lead, and requests that httpd
    /// redirected to (``Request/isInternalRedirect``) come through the phases `access` and `fixup` too. They share the header of
    /// the client's request with the one that they are made for: who changes that where it is not wanted twice, asks
    /// ``Request/isInitial``. In the phase `handler` it is asked before the handlers of other modules, and has to decline what
    /// it does not make itself. The phase `log` comes once for each request of a client. What a handler throws has the same
    /// effect as in a bound one.
    ///
    /// A server whose mod_swift does not know of such handlers refuses the plugin.
    public mutating func everyRequest(_ phase: Phase, _ name: StaticString, _ handler: @escaping Handler) {
        registrations.append(PhaseRegistration(name, phase: phase, everyRequest: true, handler: handler))
    }

    /// Brings a handler that runs for every request and is a type of its own.
    public mutating func everyRequest<Handler: RequestHandler>(
        _ phase: Phase, _ name: StaticString, _ type: Handler.Type
    ) {
        let handler = Handler()
        everyRequest(phase, name) { (request: borrowing Request) throws(HTTPDError) -> Decision in
            try handler.handle(request)
        }
    }

    /// Brings a handler that runs for every response, with no directive, just before its header leaves: whatever made the
    /// response, a handler, a backend, a redirect, or httpd itself for a 304 or an error.
    ///
    /// It runs once for each response, behind the filters of the content and behind mod_headers, and before mod_cache stores
    /// the response. It sees the header in two tables, ``Request/outputHeaders`` and ``Request/errorHeaders``, both of which are
    /// sent; on pages that httpd makes for errors, the second one's fields have moved to the first. The media type is
    /// ``Request/contentType``. `Date`, `Server`, the transfer coding and sometimes the length are added later. Interim responses
    /// (1xx), sub-requests, HTTP/0.9, scripts that write their own header (nph-) and hits of mod_cache are none of its business.
    /// When a response fails before its header is on its way, the handler runs again for the one that takes its place.
    ///
    /// It is too late to send another response: the status must stay, nothing may be written, and when the handler throws, that
    /// is logged and the header is sent as it was before it. A header that is not well-formed makes httpd answer 500 instead.
    /// The C hooks are `insert_filter` and `insert_error_filter`.
    public mutating func responseHeader(_ name: StaticString, _ handler: @escaping ResponseHeaderHandler) {
        registrations.append(ResponseHeaderRegistration(name, handler: handler))
    }

    /// Shows a number on the server's `swift-status` page.
    public mutating func counter(_ counter: Counter) {
        counters.append(counter)
    }

    /// Has the server make a cache that the plugin itself names, and not a directive. What is wrong with it, a module that is
    /// not loaded for one, stops the server at `configtest`.
    public mutating func sharedCache(_ cache: SharedCache) {
        caches.append(cache)
    }

    /// Brings the plugin's native directives. A plugin has one configuration; the last one given counts.
    public mutating func directives<Configuration: ModuleConfiguration>(of type: Configuration.Type) {
        configuration = ConfigurationKind<Configuration>()
    }
}
