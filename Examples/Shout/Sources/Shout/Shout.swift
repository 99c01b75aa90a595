// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Turns ASCII letters into capitals, byte for byte: the same work for responses and for request bodies.
private func shout(_ bytes: Span<UInt8>, into output: inout Output) {
    output.append(count: bytes.count) { capitals in
        for index in bytes.indices {
            let byte = bytes[index]
            capitals.append(byte &- UInt8(ascii: "a") < 26 ? byte ^ 0x20 : byte)
        }
    }
}

/// `SwiftOutputFilter Shout.Upper SHOUT` and `SetOutputFilter SHOUT`.
struct Upper: OutputFilter {
    static let effect: ContentEffect = .sameLength

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        shout(bytes, into: &output)
    }
}

/// `SwiftInputFilter Shout.UpperBody SHOUT_BODY` and `SetInputFilter SHOUT_BODY`.
struct UpperBody: InputFilter {
    static let effect: ContentEffect = .sameLength

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        shout(bytes, into: &output)
    }
}

/// The plugin.
public enum ShoutPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Shout"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Upper", Upper.self)
        registry.inputFilter("UpperBody", UpperBody.self)

        // SetHandler swift, SwiftHandler Shout.Hello: greets, and returns the body it was sent.
        registry.handler("Hello") { request throws(HTTPDError) in
            request.contentType = .plainText
            try request.write("hello \(request.option("shout.name") ?? "world")\n")
            try request.readBody { (bytes: Span<UInt8>) throws(HTTPDError) in try request.write(bytes) }
            return .ok
        }

        // SwiftAccessHandler Shout.Whisperers: refuses those who ask loudly.
        registry.access("Whisperers") { request throws(HTTPDError) in
            request.uri == request.uri.uppercased() && request.uri.count > 1 ? .status(.forbidden) : .declined
        }
    }
}

/// What mod_swift calls: the one line that makes this package a plugin.
@c(swift_httpd_plugin_Shout)
public func plugin(_ host: PluginHost) -> PluginTable { ShoutPlugin.load(by: host) }
