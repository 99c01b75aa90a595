// SPDX-License-Identifier: Apache-2.0
//
// The first steps of the tutorial "Writing a protocol", which quotes this file. The others are protocols/Lines.
import HTTPD
import HTTPDTesting
import Testing

struct Parrot: ProtocolHandler {
    static let token: ProtocolToken? = "parrot"
    var decoder = RawDecoder(maximumLength: 8192)

    init?(_ connection: borrowing Connection, options: NoOptions) {}

    mutating func received(_ bytes: Span<UInt8>, _ context: inout ProtocolContext) -> Next {
        context.write(bytes)
        return .continue
    }
}

struct Greeter: ProtocolHandler {
    var decoder = LineDecoder(maximumLength: 1024)

    init?(_ connection: borrowing Connection, options: NoOptions) {}

    mutating func opened(_ context: inout ProtocolContext) {
        context.write("220 tell me your name\r\n")
    }

    mutating func received(_ line: Span<UInt8>, _ context: inout ProtocolContext) -> Next {
        context.write("250 hello ")
        context.write(line)
        context.write("\r\n")
        return .continue
    }

    mutating func overlong(_ context: inout ProtocolContext) -> Next {
        context.write("500 nobody is called that\r\n")
        return .continue
    }
}

enum StepsPlugin: Plugin {
    static let name: StaticString = "Steps"

    static func register(on registry: inout PhaseRegistry) {
        registry.protocolHandler("Parrot", Parrot.self)
        registry.protocolHandler("Greeter", Greeter.self)
    }
}

@Suite("The first steps of the tutorial")
struct FirstSteps {
    @Test("The parrot says what it hears")
    func parrot() throws {
        let connection = try EmbeddedConnection(EmbeddedPlugin(StepsPlugin.self), "Parrot")
        connection.receive("hello")
        #expect(connection.takeText() == "hello")
    }

    @Test("The greeter waits for whole lines, however they come")
    func greeter() throws {
        let connection = try EmbeddedConnection(EmbeddedPlugin(StepsPlugin.self), "Greeter")
        connection.open()
        connection.receive("J")
        connection.receive("o\r\nAnn\n")
        #expect(connection.takeText() == "220 tell me your name\r\n250 hello Jo\r\n250 hello Ann\r\n")
        connection.receive(String(repeating: "x", count: 2_000) + "\nJo\n")
        #expect(connection.takeText() == "500 nobody is called that\r\n250 hello Jo\r\n")
    }
}
