// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Requests that httpd makes of its own: sub-requests and internal redirects.
    @Suite struct InternalRequests {
        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            Fixtures.configuration(
                mpm, modules: ["include", "rewrite"],
                """
                Replace s/replace-me/replaced/n
                ErrorDocument 404 /errors/404.html
                ErrorDocument 500 /errors/500.html
                SwiftOutputFilter Fixtures.Throw THROW at=write
                <Location /pages>
                    Options +Includes
                    SetOutputFilter INCLUDES;REPLACE
                </Location>
                <Location /parts>
                    SetOutputFilter REPLACE;UPPER
                </Location>
                <Location /made>
                    SetHandler swift
                    SwiftHandler Fixtures.Options
                    SwiftOption greeting "made replace-me"
                    SetOutputFilter REPLACE
                </Location>
                <Location /errors>
                    SetOutputFilter UPPER
                </Location>
                <Location /throw>
                    SetOutputFilter THROW
                </Location>
                RewriteEngine On
                RewriteRule ^/old/(.*)$ /parts/$1 [PT]
                <Directory "@DOCROOT@/inside">
                    RewriteEngine On
                    RewriteRule ^(.*)\\.old$ /parts/part.txt
                </Directory>
                """,
                documents: [
                    "pages/page.html": """
                    page replace-me
                    <!--#include virtual="/parts/part.txt" -->
                    <!--#include virtual="/made?greeting" -->
                    end
                    """,
                    "parts/part.txt": "part replace-me\n",
                    "parts/index.html": "index replace-me\n",
                    "errors/404.html": "nothing here\n",
                    "errors/500.html": "it went wrong\n",
                    "throw/a.txt": "never sent",
                    "inside/x.txt": "x",
                ])
        }

        @Test("a sub-request's response goes through its own filters, then the page's", arguments: MPM.allCases)
        func includes(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm)) { server throws in
                let page = try server.get("/pages/page.html")
                #expect(page.status == 200)
                #expect(
                    page.text.split(separator: "\n") == [
                        "page replaced", "PART REPLACED", "greeting=made replaced", "end",
                    ], "\(page.text)")
            }
        }

        @Test("internal redirects go through the filters of where they lead", arguments: MPM.allCases)
        func redirects(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm), allowing: ["by the test"]) { server throws in
                #expect(try server.get("/parts/").text == "INDEX REPLACED\n")
                #expect(try server.get("/old/part.txt").text == "PART REPLACED\n")
                #expect(try server.get("/inside/y.old").text == "PART REPLACED\n")
                let missing = try server.get("/parts/none.txt")
                #expect(missing.status == 404)
                #expect(missing.text == "NOTHING HERE\n")
                let failed = try server.get("/throw/a.txt")
                #expect(failed.status == 500)
                #expect(failed.text == "IT WENT WRONG\n", "a local page for the error of a filter")
            }
        }
    }
}
