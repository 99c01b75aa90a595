// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPD
import HTTPDTesting

/// Any line is words or an error with a sentence, and a word that is quoted comes out as it was.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let text = input.text()
    do throws(DirectiveError) {
        _ = try EmbeddedPlugin(Words.self, directives: [(directive: "Word", arguments: text)])
    } catch {
        if !error.message.hasPrefix("Word: ") { finding("'\(error.message)' does not name the directive") }
    }
    for quote in ["\"", "'"] as [Unicode.Scalar] {
        var quoted = String.UnicodeScalarView([quote])
        for scalar in text.unicodeScalars {
            if scalar == quote || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append(quote)
        do throws(DirectiveError) {
            let plugin = try EmbeddedPlugin(Words.self, directives: [(directive: "Word", arguments: String(quoted))])
            let request = EmbeddedRequest()
            _ = try plugin.handle("Show", request)
            if request.response != Array(text.utf8) { finding("'\(text)' became '\(request.responseText)'") }
        } catch {
            finding("'\(text)': \(error.message)")
        }
    }
    return 0
}

private struct Settings: ModuleConfiguration {
    var words: [String] = []

    static var directives: [Directive<Self>] { Directive("Word", appendingTo: \.words, help: "a word") }
}

private enum Words: Plugin {
    static let name: StaticString = "Words"

    static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: Settings.self)
        registry.handler("Show") { request throws(HTTPDError) in
            for word in request.configuration(Settings.self).words { try request.write(word) }
            return .ok
        }
    }
}
