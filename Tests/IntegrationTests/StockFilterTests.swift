// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Swift filters and httpd's own, in any order.
    @Suite struct StockFilters {
        private static let text = String(repeating: "some quick words to be coded\n", count: 10_000)
        private static let changed = text.replacing("quick", with: "slow")

        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            Fixtures.configuration(
                mpm, modules: ["deflate", "filter", "include", "bucketeer", "substitute", "headers"],
                """
                Replace s/quick/slow/n
                <Location /deflate>
                    SetOutputFilter REPLACE;DEFLATE
                </Location>
                <Location /deflate-first>
                    SetOutputFilter DEFLATE;REPLACE;UPPER
                </Location>
                <Location /recode>
                    SetOutputFilter INFLATE;REPLACE;DEFLATE
                    AddEncoding gzip .gz
                    DeflateInflateRatioLimit 10000
                    ForceType text/plain
                </Location>
                <Location /coded>
                    SetOutputFilter REPLACE
                    AddEncoding gzip .gz
                    ForceType text/plain
                </Location>
                <Location /substitute>
                    Substitute s/slow/glacial/n
                    SetOutputFilter REPLACE;SUBSTITUTE;UPPER
                </Location>
                <Location /bucketeer>
                    SetOutputFilter BUCKETEER;REPLACE;UPPER
                </Location>
                <Location /type>
                    AddOutputFilterByType REPLACE;UPPER text/plain
                </Location>
                FilterDeclare change
                FilterProvider change REPLACE "%{CONTENT_TYPE} =~ m#^text/plain#"
                FilterDeclare shout
                FilterProvider shout UPPER "%{CONTENT_TYPE} =~ m#^text/plain#"
                <Location /chain>
                    FilterChain change shout
                </Location>
                <Location /ssi>
                    Options +Includes
                    SetOutputFilter UPPER;INCLUDES;REPLACE
                </Location>
                """,
                documents: [
                    "deflate/a.txt": text, "deflate-first/a.txt": text, "substitute/a.txt": text, "type/a.txt": text,
                    "type/a.html": text, "chain/a.txt": text, "chain/a.html": text,
                    "bucketeer/a.txt":
                        "qu\u{2}ick\u{10}\u{10}qui\u{6}ck\u{6}\u{10}\u{2}\u{2}quick\u{10}",
                    "ssi/a.html": "quick <!--#set var=\"x\" value=\"a quick value\" --><!--#echo var=\"X\" -->",
                ])
        }

        @Test(
            "DEFLATE behind Swift filters codes what they made, and is asked again when it comes first",
            arguments: MPM.allCases)
        func deflate(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm)) { server throws in
                let coded = try server.get("/deflate/a.txt", "--compressed")
                #expect(coded["Content-Encoding"] == "gzip")
                #expect(coded.text == Self.changed)
                #expect(try server.get("/deflate/a.txt").text == Self.changed)
                // REPLACE stands in an earlier stage than DEFLATE, whatever the order they are named in.
                let first = try server.get("/deflate-first/a.txt", "--compressed")
                #expect(first["Content-Encoding"] == "gzip")
                #expect(first.text == Self.changed.uppercased())
            }
        }

        @Test("INFLATE;REPLACE;DEFLATE changes coded content") func recode() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                try server.shell("mkdir -p htdocs/recode; gzip < htdocs/deflate/a.txt > htdocs/recode/a.gz")
                let response = try server.get("/recode/a.gz", "--compressed")
                #expect(response["Content-Encoding"] == "gzip")
                #expect(response.text == Self.changed)
            }
        }

        @Test("REPLACE leaves content alone that is coded, and its header with it") func coded() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                try server.shell("mkdir -p htdocs/coded; gzip < htdocs/deflate/a.txt > htdocs/coded/a.gz")
                let response = try server.get("/coded/a.gz", "--compressed")
                #expect(response["Content-Encoding"] == "gzip")
                // A filter that takes part drops it.
                #expect(response["ETag"] != nil)
                #expect(response.text == Self.text)
            }
        }

        @Test("SUBSTITUTE and INCLUDES work between Swift filters") func rewriters() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                let expected = Self.text.replacing("quick", with: "glacial").uppercased()
                #expect(try server.get("/substitute/a.txt").text == expected)
                let page = try server.get("/ssi/a.html")
                #expect(page.status == 200)
            }
        }

        @Test("what mod_bucketeer cuts, flushes and passes empty comes through whole") func bucketeer() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                let response = try server.get("/bucketeer/a.txt")
                #expect(response.text == "SLOWSLOWSLOW")
                #expect(response.exit == 0)
            }
        }

        @Test("AddOutputFilterByType and mod_filter's chains use Swift filters by name", arguments: MPM.allCases)
        func byType(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm)) { server throws in
                for path in ["/type", "/chain"] {
                    #expect(try server.get(path + "/a.txt").text == Self.changed.uppercased(), "\(path)")
                    #expect(try server.get(path + "/a.html").text == Self.text, "\(path)")
                    let get = try server.get(path + "/a.txt")
                    #expect(get["ETag"] == nil)
                    #expect(try server.head(path + "/a.txt").stableHeaders == get.stableHeaders)
                }
            }
        }
    }
}
