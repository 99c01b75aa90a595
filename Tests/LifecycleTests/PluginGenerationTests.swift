// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("A plugin's generations, and plugins of different toolkits, in one server")
    struct PluginGenerations {
        private static func configuration(_ mpm: MPM, _ directives: String) throws -> HTTPDConfiguration {
            let hello = """
                SwiftPlugin mine/libWhisper.so
                SwiftOutputFilter Whisper.Upper WHISPER
                SwiftInputFilter Whisper.UpperBody WHISPER_BODY
                <Location /hello>
                    SetHandler swift
                    SwiftHandler Whisper.Hello
                </Location>

                """
            return HTTPDConfiguration(
                mpm: mpm, extraModules: ["headers"], directives: Plugins.all + hello + directives,
                files: ["mine/libWhisper.so": try Plugins.bytes(of: Plugins.whisper)],
                documents: ["page.html": numberedLines(20_000)], children: mpm == .prefork ? 4 : 1,
                // worker starts no child beside one that has yet to finish, unless it may have several.
                maxClients: mpm == .worker ? 32 : nil)
        }

        /// How often the plugin's code is mapped into a process.
        private func mappings(of pid: Int32) throws -> Int {
            // Not String(contentsOfFile:): the kernel hands the list out in parts, and Foundation can stop after one.
            let maps = try Command("cat", ["/proc/\(pid)/maps"]).run().text
            return maps.split(separator: "\n").count { $0.contains("libWhisper.so") && $0.contains(" r-xp ") }
        }

        @Test(
            "A plugin that was replaced by rename runs after a graceful restart; old children finish with the old one",
            arguments: MPM.allCases)
        func replaced(_ mpm: MPM) throws {
            try withHTTPD(try Self.configuration(mpm, "")) { server in
                #expect(try server.curl(path: "/hello").text == "hello world\n")
                let slow = try RawClient(port: server.port)
                try slow.send("POST /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\nfirst")
                usleep(300_000)
                let file = server.root + "/mine/libWhisper.so"
                try replaceFile(at: file, with: try Plugins.bytes(of: Plugins.nextWhisper))
                #expect(try server.curl(path: "/hello").text == "hello world\n", "nothing changes before the restart")
                try server.gracefulRestart()
                try server.waitUntil("the new generation") { try server.curl(path: "/hello").text == "goodbye world\n" }
                for _ in 0..<5 { #expect(try server.curl(path: "/hello").text == "goodbye world\n") }
                try slow.send("other")
                let answer = String(decoding: try slow.receiveUntilClose(), as: UTF8.self)
                #expect(
                    answer.contains("hello world\n"), "the old child answers with the code it began with: \(answer)")
                #expect(answer.contains("first") && answer.contains("other"))
                #expect(try mappings(of: server.parentPID) == 2)

                // And back: the loader knows that file already.
                try replaceFile(at: file, with: try Plugins.bytes(of: Plugins.whisper))
                try server.gracefulRestart()
                try server.waitUntil("the third generation") { try server.curl(path: "/hello").text == "hello world\n" }
                try server.gracefulRestart()
                #expect(try server.curl(path: "/hello").text == "hello world\n")
                #expect(try mappings(of: server.parentPID) == 3)
            }
        }

        @Test("A plugin that did not change is not loaded again") func unchanged() throws {
            try withHTTPD(try Self.configuration(.event, "")) { server in
                let before = try mappings(of: server.parentPID)
                for _ in 0..<4 { try server.gracefulRestart() }
                try server.restart()
                #expect(before == 1)
                #expect(try mappings(of: server.parentPID) == 1)
                #expect(try server.curl(path: "/hello").text == "hello world\n")
            }
        }

        @Test("A plugin that became unloadable leaves the server as it was: configtest says what is wrong")
        func brokenReplacement() throws {
            let configuration = try Self.configuration(.event, "")
            try withHTTPD(configuration) { server in
                let file = server.root + "/mine/libWhisper.so"
                let whole = try Plugins.bytes(of: Plugins.whisper)
                try replaceFile(at: file, with: Array(whole[..<(whole.count / 2)]))
                let test = try Command(HTTPDInstallation.current().program, ["-t", "-f", server.root + "/httpd.conf"])
                    .run()
                #expect(test.status == 1)
                #expect((test.text + test.errorText).contains("mine/libWhisper.so is cut short: copy the file again"))
                #expect(try server.curl(path: "/hello").text == "hello world\n")
                try replaceFile(at: file, with: try Plugins.bytes(of: Plugins.nextWhisper))
                try server.gracefulRestart()
                try server.waitUntil("the next one") { try server.curl(path: "/hello").text == "goodbye world\n" }
            }
        }

        @Test(
            "A plugin of an earlier toolkit, laid out differently, works beside current ones, in any order",
            arguments: MPM.allCases)
        func earlierToolkit(_ mpm: MPM) throws {
            // WHISPER makes small letters, SHOUT capitals: who comes last wins, and REPLACE sees what came before it.
            let directives = """
                Replace "s/TEA/Coffee/n"
                Replace "s/tea/Time/n"
                Alias /loud @DOCROOT@
                Alias /silent @DOCROOT@
                Alias /middle @DOCROOT@
                Alias /between @DOCROOT@
                <Location /loud>
                    SetOutputFilter WHISPER;REPLACE;SHOUT
                </Location>
                <Location /silent>
                    SetOutputFilter SHOUT;REPLACE;WHISPER
                </Location>
                <Location /middle>
                    SetOutputFilter SHOUT;WHISPER;REPLACE
                </Location>
                <Location /between>
                    SetOutputFilter WHISPER;CHOP;SHOUT;PASS;REPLACE
                </Location>
                <Location /hello>
                    SetInputFilter SHOUT_BODY;WHISPER_BODY
                </Location>

                """
            let text = String(decoding: numberedLines(20_000), as: UTF8.self)
            let small = text.lowercased()
            let big = text.uppercased()
            let expected = [
                "loud": small.replacingOccurrences(of: "tea", with: "Time").uppercased(),
                "silent": big.replacingOccurrences(of: "TEA", with: "Coffee").lowercased(),
                "middle": small.replacingOccurrences(of: "tea", with: "Time"),
                "between": big.replacingOccurrences(of: "TEA", with: "Coffee"),
            ]
            try withHTTPD(try Self.configuration(mpm, directives)) { server in
                let crew = Crew()
                for (name, wanted) in expected {
                    for _ in 0..<2 {
                        crew.start { crew in
                            for _ in 0..<3 {
                                let got = try server.curl(path: "/\(name)/page.html")
                                if got.status != 0 || got.output != Array(wanted.utf8) {
                                    crew.findings.add(
                                        "\(name): \(got.output.count) bytes that differ, \(got.errorText)")
                                }
                            }
                        }
                    }
                }
                try crew.wait()
                #expect(crew.findings.problems.isEmpty, "\(crew.findings.problems)")
                let body = numberedLines(5000)
                let answer = try server.curl("--data-binary", "@-", path: "/hello", input: body)
                let last = String(decoding: answer.output.dropFirst("hello world\n".utf8.count), as: UTF8.self)
                // The filter that is named last is next to the client, so SHOUT_BODY has the last word.
                #expect(last == String(decoding: body, as: UTF8.self).uppercased())
                try server.gracefulRestart()
                #expect(try server.curl(path: "/middle/page.html").text == expected["middle"])
            }
        }
    }
}
