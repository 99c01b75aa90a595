// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Answers each line `user password` with what the providers say.
private struct Gate: ProtocolHandler {
    struct Options: FilterOptions {
        var auth = Setting(AuthenticationProviders.none)
        var location = Setting("/")
        static var options: [Option<Options>] {
            Option("auth", \.auth)
            Option("location", \.location)
        }
    }

    var decoder = LineDecoder(maximumLength: 100)
    let options: Options

    init?(_ connection: borrowing Connection, options: Options) {
        self.options = options
    }

    mutating func received(_ line: Span<UInt8>, _ context: inout ProtocolContext) throws(HTTPDError) -> Next {
        let words = (0..<line.count).map { line[$0] }.split(separator: UInt8(ascii: " "))
            .map { String(decoding: $0, as: UTF8.self) }
        let result = try context.connection.authenticate(
            user: words.first ?? "", password: words.last ?? "", providers: options.auth.value,
            location: options.location.value)
        context.write("\(result)\n")
        if words.count == 3 {
            let before = try context.connection.authorize(location: options.location.value)
            let after = try context.connection.authorize(user: words.first, location: options.location.value)
            context.write("\(before) \(after)\n")
        }
        return .continue
    }
}

private enum GatePlugin: Plugin {
    static let name: StaticString = "Gate"
    static func register(on registry: inout PhaseRegistry) { registry.protocolHandler("Gate", Gate.self) }
}

@Suite("Authentication providers")
struct AuthenticationTests {
    private func ask(_ auth: String?, _ lines: String, location: String = "/") throws -> EmbeddedConnection {
        let options = [(key: "location", value: location)] + (auth.map { [(key: "auth", value: $0)] } ?? [])
        let connection = try EmbeddedConnection(try EmbeddedPlugin(GatePlugin.self), "Gate", options: options)
        connection.addUser("jo", password: "secret")
        connection.receive(lines)
        return connection
    }

    @Test("Providers are asked in order, until one knows the user")
    func order() throws {
        #expect(try ask("file", "jo secret\njo wrong\nno secret\n").takeText() == "granted\ndenied\nuserNotFound\n")
        #expect(try ask("file,broken", "jo secret\njo wrong\nno secret\n").takeText() == "granted\ndenied\nerror\n")
        #expect(try ask("broken,file", "jo secret\n").takeText() == "error\n")
        #expect(try ask("file,file", "no secret\n").takeText() == "userNotFound\n")
    }

    @Test("A NUL does not hide what is behind it")
    func nul() throws {
        #expect(try ask("file", "jo secret\u{0}x\njo\u{0}x secret\n").takeText() == "denied\ndenied\n")
    }

    @Test("Without a provider, or with a location that is none, nobody is believed: it throws")
    func failures() throws {
        for (auth, location, message) in [
            (nil, "/", "no authentication provider"), ("file", "x", "begin with a slash"),
        ] {
            let connection = try ask(auth, "jo secret\n", location: location)
            #expect(connection.isClosed)
            #expect(connection.takeText().isEmpty)
            #expect(connection.log.contains { $0.text.contains(message) })
        }
    }

    @Test("Rules are asked before a user is known and afterwards; a NUL does not make a user another one")
    func rules() throws {
        let plugin = try EmbeddedPlugin(GatePlugin.self)
        func answer(user: String?, refuses: Bool, _ line: String) throws -> String? {
            let connection = try EmbeddedConnection(plugin, "Gate", options: [(key: "auth", value: "file")])
            connection.require(user: user, refuses: refuses)
            connection.receive(line)
            return connection.takeText().split(separator: "\n").last.map(String.init)
        }
        #expect(try answer(user: nil, refuses: false, "jo x x\n") == "granted granted")
        #expect(try answer(user: "jo", refuses: false, "jo x x\n") == "needsUser granted")
        #expect(try answer(user: "jo", refuses: false, "ann x x\n") == "needsUser refused")
        #expect(try answer(user: nil, refuses: true, "jo x x\n") == "refused refused")
        #expect(try answer(user: "jo", refuses: false, "jo\u{0}x x x\n") == "needsUser refused")
    }
}
