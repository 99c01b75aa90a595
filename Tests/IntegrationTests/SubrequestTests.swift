// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Requests that httpd makes of its own: sub-requests and internal redirects.
    @Suite struct InternalRequests {
        /// More than httpd holds back before the header leaves.
        private static let long = String(repeating: "a line of the page\n", count: 20_000)

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
                <Location /plain>
                    Options +Includes
                    SetOutputFilter INCLUDES
                </Location>
                <Location /parts>
                    SetOutputFilter REPLACE;UPPER
                </Location>
                SwiftOutputFilter Fixtures.Throw THROW_LATE at=write bytes=8
                SwiftOutputFilter Fixtures.ThrowBrigade THROW_BRIGADE
                <Location /broken>
                    SetOutputFilter THROW
                </Location>
                <Location /broken-late>
                    SetOutputFilter THROW_LATE
                </Location>
                <Location /broken-brigade>
                    SetOutputFilter THROW_BRIGADE
                </Location>
                SwiftOutputFilter Fixtures.Throw THROW_AT_END at=finish
                <Location /broken-end>
                    SetOutputFilter THROW_AT_END
                </Location>
                <Location /late-handler>
                    SetHandler swift
                    SwiftHandler Fixtures.Late
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
                    "broken/part.txt": "part replace-me\n",
                    "broken-late/part.txt": "part replace-me\n",
                    "broken-brigade/part.txt": "part replace-me\n",
                    "pages/late.html": long + "<!--#include virtual=\"/broken/part.txt\" -->\nend replace-me\n",
                    "pages/later.html": long + "<!--#include virtual=\"/broken-late/part.txt\" -->\nend replace-me\n",
                    "pages/brigade.html": long
                        + "<!--#include virtual=\"/broken-brigade/part.txt\" -->\nend replace-me\n",
                    "pages/early.html": "<!--#include virtual=\"/broken/part.txt\" -->\nend replace-me\n",
                    "broken-end/part.txt": String(repeating: "a line of the part\n", count: 200_000),
                    "plain/end.html": "<!--#include virtual=\"/broken-end/part.txt\" -->\nend replace-me\n",
                    "pages/end.html": long + "<!--#include virtual=\"/broken-end/part.txt\" -->\nend replace-me\n",
                    "plain/handler.html": "<!--#include virtual=\"/late-handler?bytes=100000\" -->\nend replace-me\n",
                    "pages/handler.html": long
                        + "<!--#include virtual=\"/late-handler?bytes=100000\" -->\nend replace-me\n",
                    "plain/late.html": long + "<!--#include virtual=\"/broken/part.txt\" -->\nend replace-me\n",
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

        /// A page whose header has left cannot become an error response.
        @Test("a part whose filter fails leaves no page that looks whole", arguments: MPM.allCases)
        func brokenParts(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm), allowing: ["by the test", "unable to include"]) { server throws in
                for page in [
                    "/pages/late.html", "/pages/later.html", "/pages/brigade.html", "/plain/late.html",
                    "/pages/end.html", "/plain/end.html", "/pages/handler.html", "/plain/handler.html",
                ] {
                    for version in ["--http1.1", "--http1.0"] {
                        let response = try server.get(page, version)
                        #expect(response.exit != 0, "\(page) \(version) looks whole")
                        #expect(!response.text.contains("end replace-me"), "\(page) \(version) went on")
                    }
                }
                let early = try server.get("/pages/early.html")
                #expect(early.status == 500 || early.exit != 0)
                #expect(try server.get("/pages/page.html").status == 200)
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
