// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("Expressions in a plugin's directives")
    struct Expressions {
        @Test("They hold in the server's configuration, in sections and in .htaccess", arguments: MPM.allCases)
        func places(_ mpm: MPM) throws {
            let directives = """
                AlwaysWhen "%{HTTP:X-Want} != 'no' && req('X-Other') != 'no'"
                AlwaysText "%{REQUEST_METHOD} %{tolower:%{REQUEST_URI}} %{QUERY_STRING}"
                AlwaysText "%{file:@ROOT@/fact}"
                <If "%{QUERY_STRING} == 'if'">
                    AlwaysText "%{QUERY_STRING} in If"
                </If>
                <Directory "@DOCROOT@">
                    AllowOverride FileInfo
                </Directory>
                """
            var configuration = AlwaysServer.configuration(mpm, directives)
            configuration.addFile("fact", text: "a fact")
            configuration.addDocument(
                "deep/.htaccess",
                text: "AlwaysText \"deep %{REQUEST_STATUS}\"\nAlwaysWhen \"-f '%{REQUEST_FILENAME}'\"\n"
                    + "<If \"%{QUERY_STRING} == 'if'\">\nAlwaysText \"both\"\n</If>\n")
            configuration.addDocument("deep/Page.txt", text: "deep\n")
            try withHTTPD(configuration) { server in
                for _ in 0..<3 {
                    let header = try server.header(path: "/page.txt?a=b")
                    #expect(header["X-Text"] == ["GET /page.txt a=b", "a fact"])
                    #expect(header["Vary"].joined(separator: ", ").contains("X-Want"), "\(header["Vary"])")
                    let section = try server.header(path: "/page.txt?if")
                    #expect(section["X-Text"] == ["GET /page.txt if", "a fact", "if in If"])
                    for name in ["X-Want", "X-Other"] {
                        let unwanted = try server.header("-H", "\(name): no", path: "/page.txt")
                        #expect(unwanted["X-Run"].isEmpty && unwanted["X-Text"].isEmpty)
                    }
                    let deep = try server.header(path: "/deep/Page.txt?if")
                    #expect(deep["X-Text"] == ["GET /deep/page.txt if", "a fact", "deep 200", "if in If", "both"])
                }
            }
        }

        @Test("In .htaccess, what httpd does not allow there is refused, as is what is wrong", arguments: MPM.allCases)
        func restricted(_ mpm: MPM) throws {
            let wrong = [
                ("text", "AlwaysText \"%{file:/etc/passwd}\"", "AlwaysText: '%{file:/etc/passwd}' is no expression"),
                ("size", "AlwaysText \"%{filesize:/etc/passwd}\"", "not available in restricted context"),
                ("when", "\nAlwaysWhen \"file('/etc/passwd') =~ /root/\"", "not available in restricted context"),
                ("open", "AlwaysWhen \"%{REQUEST_URI\"", "AlwaysWhen: '%{REQUEST_URI' is no expression of httpd's: "),
            ]
            var configuration = AlwaysServer.configuration(
                mpm, "<Directory \"@DOCROOT@\">\nAllowOverride FileInfo\n</Directory>")
            for (name, text, _) in wrong {
                configuration.addDocument("\(name)/.htaccess", text: text + "\n")
                configuration.addDocument("\(name)/page.txt", text: "page\n")
            }
            try withHTTPD(configuration, allowing: [".htaccess: Always"]) { server in
                for (name, _, sentence) in wrong {
                    let header = try server.header(path: "/\(name)/page.txt")
                    #expect(header.status == "500", "\(name)")
                    let line = server.errorLog.split(separator: "\n").first { $0.contains("/\(name)/.htaccess: ") }
                    #expect(line?.contains(sentence) == true, "\(name): \(line ?? server.errorLog[...])")
                }
                #expect(try server.header(path: "/page.txt").status == "200")
            }
        }

        @Test(
            "A wrong one stops configtest with file, line and httpd's reason",
            arguments: [
                WrongLine(
                    "open variable", line: 3, "\n\nAlwaysWhen \"%{REQUEST_URI == 'x'\"",
                    "AlwaysWhen: '%{REQUEST_URI == 'x'' is no expression of httpd's: "),
                WrongLine(
                    "no such variable", line: 3, "\n\nAlwaysText \"%{NONESUCH}\"", "Variable 'NONESUCH' does not exist"),
                WrongLine(
                    "no condition", line: 3, "\n\nAlwaysWhen \"\"", "AlwaysWhen: '' is no expression of httpd's: "),
                WrongLine(
                    "bad pattern", line: 3, "\n\nAlwaysWhen \"%{REQUEST_URI} =~ /(/\"",
                    "is no expression of httpd's: "),
            ])
        func configtest(_ wrong: WrongLine) throws {
            let (status, output) = try HTTPDProcess.configtest(
                AlwaysServer.configuration(.event, "Include \"@ROOT@/bad.conf\"", ["bad.conf": wrong.directives]))
            #expect(status == 1, "\(output)")
            #expect(output.contains("on line \(wrong.line) of ") && output.contains("/bad.conf:"), "\(output)")
            #expect(output.contains(wrong.sentence), "\(output)")
        }
    }
}
