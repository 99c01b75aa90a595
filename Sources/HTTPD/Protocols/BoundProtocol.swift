// SPDX-License-Identifier: Apache-2.0

/// A protocol that a plugin offers: options of its own, and the limits that every protocol has.
final class ProtocolRegistration<Handler: ProtocolHandler & ~Copyable>: Registration {
    override var token: ProtocolToken? { Handler.token }

    override func configure(
        _ boundName: String, _ options: [(key: String, value: String)]
    ) throws(DirectiveError) -> Instance {
        var limits = Handler.limits
        let own = Set(Handler.Options.options.map { "\($0.key)" })
        let rest = try limits.apply(options, except: own)
        guard limits.lowWaterMark <= limits.highWaterMark else {
            throw DirectiveError("option 'lowwater' must not be above 'highwater' (\(limits.highWaterMark))")
        }
        if let unknown = rest.first(where: { !own.contains($0.key) }) {
            let known = (Handler.Options.options.map { "\($0.key)" } + ProtocolLimits.keys).joined(separator: ", ")
            throw DirectiveError("there is no option '\(unknown.key)': choose from \(known)")
        }
        return BoundProtocol<Handler>(self, boundName, try Handler.Options(rest), limits)
    }
}

/// A protocol, bound to a virtual host or a listener.
final class BoundProtocol<Handler: ProtocolHandler & ~Copyable>: Instance {
    private let options: Handler.Options
    private let limits: ProtocolLimits
    private let name: String

    init(_ registration: Registration, _ boundName: String, _ options: Handler.Options, _ limits: ProtocolLimits) {
        self.options = options
        self.limits = limits
        name = "\(PluginImage.name).\(registration.name)"
        super.init(registration, boundName: boundName)
    }

    override var protocolLimits: ProtocolLimits? { limits }

    override func makeSession(
        for connection: borrowing Connection, _ link: any SessionLink
    ) throws(HTTPDError) -> ProtocolSession? {
        guard let handler = try Handler(connection, options: options) else { return nil }
        var limits = limits
        // The MPM ends a connection that waits for longer than Timeout, so there is no use in a later deadline.
        if let timeout = connection.server.timeout {
            limits.idle = limits.idle.map { min($0, timeout) } ?? timeout
            limits.write = limits.write.map { min($0, timeout) } ?? timeout
        }
        return ProtocolSession(ProtocolEngineBox(handler), name: name, label: label, limits, link)
    }
}
