// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// What holds for a part of the site, and who may say so.
    @Suite struct Directories {
        @Test(".htaccess turns filters, rules, handlers and options on where AllowOverride permits")
        func htaccess() throws {
            let htaccess = """
                Replace s/quick/slow/n
                SetOutputFilter REPLACE;UPPER
                SwiftOption greeting "from .htaccess"
                <Files made>
                    SetHandler swift
                    SwiftHandler Fixtures.Options
                    SetOutputFilter PASS
                </Files>
                """
            let configuration = Fixtures.configuration(
                """
                <Directory "@DOCROOT@">
                    AllowOverride All
                </Directory>
                """,
                documents: [
                    "on/.htaccess": htaccess, "on/a.txt": "a quick word", "on/made": "", "on/deep/a.txt": "quick too",
                    "off/a.txt": "a quick word",
                ])
            try withHTTPD(configuration) { server throws in
                #expect(try server.get("/on/a.txt").text == "A SLOW WORD")
                #expect(try server.get("/on/deep/a.txt").text == "SLOW TOO")
                #expect(try server.get("/on/made?greeting").text == "greeting=from .htaccess\n")
                #expect(try server.get("/off/a.txt").text == "a quick word")
            }
        }

        @Test(".htaccess may not, where AllowOverride does not permit") func htaccessRefused() throws {
            for line in [
                "SetOutputFilter UPPER", "Replace s/a/b/n", "SwiftOption a b", "SwiftHandler Fixtures.Options",
                "SwiftAccessHandler Fixtures.Agree",
            ] {
                let configuration = Fixtures.configuration(
                    "<Directory \"@DOCROOT@\">\n    AllowOverride Indexes\n</Directory>\n",
                    documents: ["on/.htaccess": line + "\n", "on/a.txt": "a word"])
                try withHTTPD(configuration, allowing: ["not allowed here"]) { server throws in
                    #expect(try server.get("/on/a.txt").status == 500, "\(line)")
                    #expect(server.errorLog.contains("not allowed here"), "\(line)")
                }
            }
        }

        @Test("A plugin's own directives in .htaccess are FileInfo's, as SetOutputFilter is")
        func fileInfo() throws {
            for (allowed, status) in [("FileInfo", 200), ("Options", 500)] {
                let configuration = Fixtures.configuration(
                    "SetOutputFilter REPLACE\n<Directory \"@DOCROOT@\">\n    AllowOverride \(allowed)\n</Directory>\n",
                    documents: ["on/.htaccess": "Replace s/a/b/n\n", "on/a.txt": "a word"])
                try withHTTPD(configuration, allowing: status == 200 ? [] : ["not allowed here"]) { server throws in
                    let response = try server.get("/on/a.txt")
                    #expect(response.status == status, "\(allowed)")
                    if status == 200 { #expect(response.text == "b word") }
                }
            }
        }

        @Test("SwiftOption is inherited, overridden and removed, section by section", arguments: MPM.allCases)
        func options(_ mpm: MPM) throws {
            let configuration = Fixtures.configuration(
                mpm,
                """
                SwiftOption colour red
                SwiftOption size "very large"
                <Location />
                    SetHandler swift
                    SwiftHandler Fixtures.Options
                </Location>
                <Location /inner>
                    SwiftOption colour blue
                    SwiftOption shape round
                </Location>
                <Location /inner/most>
                    SwiftOption size
                    SwiftOption Shape square
                </Location>
                """)
            try withHTTPD(configuration) { server throws in
                let expected = [
                    "/": "colour=red\nsize=very large\nshape=(none)\n",
                    "/inner": "colour=blue\nsize=very large\nshape=round\n",
                    "/inner/most": "colour=blue\nsize=(none)\nshape=square\n",
                    "/other": "colour=red\nsize=very large\nshape=(none)\n",
                ]
                for (path, text) in expected {
                    #expect(try server.get(path + "?colour&size&shape").text == text, "\(path)")
                }
            }
        }
    }
}
