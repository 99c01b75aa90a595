// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The echo protocol: whatever comes is sent back. RFC 862.
///
/// With `mode=raw`, which is the default, bytes go back as they come; with `mode=line`, line by line, each once it is
/// whole.
struct Echo: ProtocolHandler {
    struct Options: FilterOptions {
        var mode = Setting(EchoDecoder.Mode.raw)
        var maximum = Setting<ByteCount>(8192)

        static var options: [Option<Options>] {
            Option("mode", \.mode)
            Option("maximum", \.maximum)
        }
    }

    static let token: ProtocolToken? = "echo"

    var decoder: EchoDecoder

    init?(_ connection: borrowing Connection, options: Options) {
        decoder = EchoDecoder(options.mode.value, maximumLine: options.maximum.value.bytes)
    }

    mutating func received(_ frame: Span<UInt8>, _ context: inout ProtocolContext) -> Next {
        context.write(frame)
        if decoder.cutsLines { context.write("\n") }
        return .continue
    }
}

/// Bytes as they come, or lines.
enum EchoDecoder: FrameDecoder {
    /// How the client's bytes are cut.
    enum Mode: String, CaseIterable, DirectiveValue {
        case raw, line
    }

    case raw(RawDecoder)
    case line(LineDecoder)

    init(_ mode: Mode, maximumLine: Int) {
        switch mode {
        case .raw: self = .raw(RawDecoder(maximumLength: 64 * 1024))
        case .line: self = .line(LineDecoder(maximumLength: maximumLine))
        }
    }

    var cutsLines: Bool {
        if case .line = self { true } else { false }
    }

    var maximumFrameLength: Int {
        switch self {
        case .raw(let decoder): decoder.maximumFrameLength
        case .line(let decoder): decoder.maximumFrameLength
        }
    }

    mutating func decode(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        switch self {
        case .raw(var decoder):
            defer { self = .raw(decoder) }
            return try decoder.decode(bytes)
        case .line(var decoder):
            defer { self = .line(decoder) }
            return try decoder.decode(bytes)
        }
    }

    mutating func decodeLast(_ bytes: Span<UInt8>) throws(StreamError) -> Decoding {
        switch self {
        case .raw(var decoder):
            defer { self = .raw(decoder) }
            return try decoder.decodeLast(bytes)
        case .line(var decoder):
            defer { self = .line(decoder) }
            return try decoder.decodeLast(bytes)
        }
    }
}

/// The plugin `Echo`: `SwiftProtocol Echo.Echo`, or `Listen 7777 echo`.
public enum EchoPlugin: Plugin {
    /// What administrators call it.
    public static let name: StaticString = "Echo"

    /// Offers what is in it.
    public static func register(on registry: inout PhaseRegistry) {
        registry.protocolHandler("Echo", Echo.self)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Echo)
public func plugin(_ host: PluginHost) -> PluginTable { EchoPlugin.load(by: host) }
