// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// One thing that a plugin offers, as the host sees it: what it is, its name, and how it is run.
///
/// Lives as long as the process. Subclasses know the type behind it; everything that crosses the ABI goes through
/// these virtual calls, because a C function cannot be generic.
class Registration {
    let name: StaticString
    let kind: Int

    init(_ name: StaticString, kind: Int) {
        self.name = name
        self.kind = kind
    }

    var phase: Phase? { nil }
    /// The number of its phase for the host, or 0.
    var phaseNumber: UInt32 { phase?.rawValue ?? 0 }
    var token: ProtocolToken? { nil }
    var stage: FilterStage { .resource }
    var effect: ContentEffect { .none }
    /// What httpd and the host must know of a filter.
    var filterFlags: UInt32 { effect.filterFlags }

    /// Checks options and makes what stays for as long as the configuration.
    func configure(_ boundName: String, _ options: [(key: String, value: String)]) throws(DirectiveError) -> Instance {
        throw DirectiveError("takes no options")
    }

    /// Runs a handler of a phase.
    func handle(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        .declined
    }
}

/// A filter or protocol bound to a NAME with its options. Lives as long as the configuration.
class Instance {
    /// `Plugin.implementation (NAME)`, for the log.
    let label: String
    /// How the filter changes content.
    let effect: ContentEffect
    /// Where in the chain the filter stands.
    let stage: FilterStage

    init(_ registration: Registration, boundName: String) {
        effect = registration.effect
        stage = registration.stage
        label = "\(PluginImage.name).\(registration.name) (\(boundName))"
    }

    /// Makes the adapter of an output filter for one request, or `nil` if the filter declines.
    func makeOutput(for request: borrowing Request) throws(HTTPDError) -> OutputFilterState? { nil }

    /// Lets an output filter look at the request before its handler runs.
    func prepareOutput(for request: borrowing Request) throws(HTTPDError) {}

    /// Makes the adapter of an input filter for one request, or `nil` if the filter declines.
    func makeInput(for request: borrowing Request) throws(HTTPDError) -> InputFilterState? { nil }

    /// Makes the session of a protocol for one connection, or `nil` if the protocol declines.
    func makeSession(
        for connection: borrowing Connection, _ link: any SessionLink
    ) throws(HTTPDError) -> ProtocolSession? { nil }

    /// The limits of a protocol's connections; `nil` for what is no protocol.
    var protocolLimits: ProtocolLimits? { nil }
}

/// A filter that a plugin offers, with options that are checked when it is bound.
final class OptionedRegistration<Options: FilterOptions>: Registration {
    /// What httpd must know before the filter is bound.
    struct Traits {
        var stage = FilterStage.resource
        var effect = ContentEffect.none
        var prepares = false
        var filtersErrorPages = false
    }

    private let traits: Traits
    private let bind: (Registration, String, Options) -> Instance

    init(
        _ name: StaticString, kind: Int, _ traits: Traits, bind: @escaping (Registration, String, Options) -> Instance
    ) {
        self.traits = traits
        self.bind = bind
        super.init(name, kind: kind)
    }

    override var stage: FilterStage { traits.stage }
    override var effect: ContentEffect { traits.effect }
    override var filterFlags: UInt32 {
        effect.filterFlags | (traits.prepares ? UInt32(SWIFT_HTTPD_FILTER_PREPARES) : 0)
            | (traits.filtersErrorPages ? UInt32(SWIFT_HTTPD_FILTER_ERROR_PAGES) : 0)
    }

    override func configure(
        _ boundName: String, _ options: [(key: String, value: String)]
    ) throws(DirectiveError) -> Instance {
        bind(self, boundName, try Options(options))
    }
}

/// A handler of a phase.
final class PhaseRegistration: Registration {
    private let handler: PhaseRegistry.Handler
    private let registeredPhase: Phase

    init(_ name: StaticString, phase: Phase, everyRequest: Bool = false, handler: @escaping PhaseRegistry.Handler) {
        self.handler = handler
        registeredPhase = phase
        super.init(name, kind: everyRequest ? SWIFT_HTTPD_EVERY_REQUEST : SWIFT_HTTPD_PHASE)
    }

    override var phase: Phase? { registeredPhase }

    override func handle(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        try handler(request)
    }
}

/// A handler that looks at each response's header before it leaves.
final class ResponseHeaderRegistration: Registration {
    private let handler: PhaseRegistry.ResponseHeaderHandler

    init(_ name: StaticString, handler: @escaping PhaseRegistry.ResponseHeaderHandler) {
        self.handler = handler
        super.init(name, kind: SWIFT_HTTPD_EVERY_REQUEST)
    }

    override var phaseNumber: UInt32 { UInt32(SWIFT_HTTPD_PHASE_RESPONSE_HEADER) }

    override func handle(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        // SAFETY: httpd keeps the request alive for the call; what is copied goes into its pool.
        var before = unsafe chttpd_header_copy(request.raw)
        do throws(HTTPDError) {
            try handler(request)
        } catch {
            // The response is on its way: all that is left is to send it as if nobody had touched it.
            unsafe chttpd_header_restore(request.raw, &before)
            request.log.log(
                error.isClientsDoing ? .info : .error, "\(PluginImage.name).\(name): \(error.description)")
        }
        return .declined
    }
}
