// SPDX-License-Identifier: Apache-2.0
/// A protocol, bound to a virtual host or a listener.
final class BoundProtocol<Handler: ProtocolHandler & ~Copyable>: Instance {
    private let options: Handler.Options

    init(_ registration: Registration, _ boundName: String, _ options: Handler.Options) {
        self.options = options
        super.init(registration, boundName: boundName)
    }

    override func makeSession(for connection: borrowing Connection) throws(HTTPDError) -> ProtocolSession? {
        guard let handler = try Handler(connection, options: options) else { return nil }
        return ProtocolSession(ProtocolEngineBox(handler), label: label)
    }
}

/// A ``ProtocolHandler`` of a type that the driver need not know.
class ProtocolEngine {
    func opened(_ context: inout ProtocolContext) throws(HTTPDError) {}
    func received(_ bytes: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next { .close }
    func ended(_ context: inout ProtocolContext) throws(HTTPDError) {}
}

private final class ProtocolEngineBox<Handler: ProtocolHandler & ~Copyable>: ProtocolEngine {
    private var handler: Handler

    init(_ handler: consuming Handler) {
        self.handler = handler
    }

    override func opened(_ context: inout ProtocolContext) throws(HTTPDError) {
        try handler.opened(&context)
    }

    override func received(_ bytes: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        try handler.received(bytes, &context)
    }

    override func ended(_ context: inout ProtocolContext) throws(HTTPDError) {
        try handler.ended(&context)
    }
}
