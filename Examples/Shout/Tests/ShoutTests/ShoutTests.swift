// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import Shout

@Test func theOutputFilterRaisesLettersWhereverTheStreamIsCut() throws {
    try FilterVerifier(output: Upper.self).verify("hello, Wörld {0}\n", expecting: "HELLO, WöRLD {0}\n")
}

@Test func theInputFilterRaisesLettersWhereverTheBodyIsCut() throws {
    try FilterVerifier(input: UpperBody.self).verify("hello, Wörld {0}\n", expecting: "HELLO, WöRLD {0}\n")
}

@Test func theHandlerGreetsAndReturnsTheBody() throws {
    let request = EmbeddedRequest("POST", "/hello", body: "text")
    let decision = try EmbeddedPlugin(ShoutPlugin.self).handle("Hello", request)
    #expect(decision == .ok)
    #expect(request.responseText == "hello world\ntext")
}

@Test(arguments: [("/LOUD", Decision.status(.forbidden)), ("/quiet", .declined), ("/", .declined)])
func theAccessCheckRefusesPathsInCapitals(_ path: String, _ expected: Decision) throws {
    let plugin = try EmbeddedPlugin(ShoutPlugin.self)
    let decision = try plugin.handle("Whisperers", EmbeddedRequest("GET", path), phase: .access)
    #expect(decision == expected)
}

@Test func theServerSendsTheBodyBackInCapitals() throws {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let configuration = HTTPDConfiguration(
        extraModules: ["filter"],
        directives: """
            LoadModule swift_module @MODULES@/libmod_swift.so
            SwiftPluginPath /\(folder)/.build/release
            Include /\(folder)/httpd.conf
            """)
    try withHTTPD(configuration) { server in
        let answer = try server.curl("--data", "some text", path: "/hello")
        #expect(answer.text == "hello everybody\nSOME TEXT")
        let refused = try server.curl("--output", "/dev/null", "--write-out", "%{http_code}", path: "/LOUD")
        #expect(refused.text == "403")
    }
}
