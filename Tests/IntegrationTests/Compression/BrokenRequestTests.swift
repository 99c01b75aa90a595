// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Requests that httpd refuses before it knows where they lead, and answers that fail themselves.
    @Suite struct BrokenRequests {
        @Test("requests that are broken get their error, with COMPRESS for the whole server", arguments: MPM.allCases)
        func early(_ mpm: MPM) throws {
            let directives = """
                SetOutputFilter COMPRESS
                CompressMinLength 1
                LimitRequestBody 10
                LimitRequestLine 200
                LimitRequestFieldSize 100
                RequestReadTimeout header=1
                SetEnvIf Remote_Addr . force-gzip
                <Location /body>
                    SetHandler swift
                    SwiftHandler Fixtures.Body
                </Location>

                """
            let configuration = CompressionServer.configuration(
                mpm, modules: ["reqtimeout", "setenvif"], directives, documents: ["page.html": "x"], children: 1)
            try withHTTPD(configuration, allowing: ["AH", "Fixtures.Body"]) { server throws in
                let children = Set(server.childPIDs)
                let long = String(repeating: "x", count: 300)
                let rest = "Host: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
                for (request, status) in [
                    ("G\u{1}T / HTTP/1.1\r\n\(rest)\r\n", 400), ("GET / HTTP/0\r\n\(rest)\r\n", 400),
                    ("GET /\(long) HTTP/1.1\r\n\(rest)\r\n", 414), ("GET / HTTP/1.1\r\nX: \(long)\r\n\(rest)\r\n", 400),
                    ("GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n", 400),
                    ("GET / HTTP/1.1\r\n \r\n\(rest)\r\n", 400),
                    ("GET / HTTP/1.1\r\nExpect: foo\r\n\(rest)\r\n", 417), ("GET /%00 HTTP/1.1\r\n\(rest)\r\n", 404),
                    ("GET /../.. HTTP/1.1\r\n\(rest)\r\n", 400), ("FOO / HTTP/1.1\r\n\(rest)\r\n", 501),
                    ("POST /body HTTP/1.1\r\nContent-Length: 20\r\n\(rest)\r\n01234567890123456789", 413),
                    ("POST /body HTTP/1.1\r\nTransfer-Encoding: foo\r\n\(rest)\r\n", 400),
                    ("GET / HTTP/1.1\r\nHost: ", 408),
                ] {
                    let client = try RawClient(port: server.port)
                    try client.send(request)
                    let answer = try client.receiveUntilClose()
                    client.close()
                    let head = String(decoding: answer.prefix(12), as: UTF8.self)
                    #expect(head == "HTTP/1.1 \(status)", "\(request.prefix(40))")
                }
                // A client of HTTP/0.9 sees no header, and could not tell what the bytes are.
                let client = try RawClient(port: server.port)
                try client.send("GET /none.html\r\n")
                #expect(String(decoding: try client.receiveUntilClose(), as: UTF8.self).hasPrefix("<!DOCTYPE HTML"))
                client.close()
                #expect(try server.get("/none", "-H", "Accept-Encoding: gzip")["Content-Encoding"] == "gzip")
                if mpm.isThreaded { #expect(Set(server.childPIDs) == children, "no child has died") }
            }
        }

        @Test("a filter that fails on httpd's own page is not asked again: the page comes plain and whole")
        func failing() throws {
            let directives = """
                SwiftOutputFilter Fixtures.Stumble STUMBLE
                SetOutputFilter STUMBLE;COMPRESS
                CompressMinLength 1

                """
            let configuration = CompressionServer.configuration(directives, documents: ["page.html": "the page"])
            try withHTTPD(configuration, allowing: ["stumbled over the page"]) { server throws in
                for (path, calls) in [("/none", ["true"]), ("/page.html?stumble", ["false", "true"])] {
                    let before = server.errorLog.count
                    let response = try server.get(path, "--compressed")
                    #expect(response.status == 500 && response.exit == 0, "\(path)")
                    #expect(response["Content-Encoding"] == nil && response.text.contains("<title>500 "), "\(path)")
                    #expect(response.text.split(separator: "<title>").count == 2)
                    #expect(response.text.hasSuffix("</html>\n"))
                    let log = server.errorLog.dropFirst(before).split(separator: "\n")
                    let seen = log.compactMap { $0.split(separator: "Stumble sees a page: ").dropFirst().first }
                    #expect(seen.map { String($0.prefix { $0.isLetter }) } == calls, "\(path)")
                }
                #expect(try server.get("/page.html", "--compressed").text == "the page")
            }
        }

        @Test("a stale response of mod_cache that takes the place of httpd's own page keeps its coding")
        func stale() throws {
            let directives = """
                CacheRoot "@ROOT@/cache"
                CacheEnable disk /made
                CacheQuickHandler off
                CacheStaleOnError on
                CacheIgnoreCacheControl off
                ScriptAlias /made "@ROOT@/cgi/made"
                SetOutputFilter COMPRESS
                CompressMinLength 1

                """
            let page = CompressionServer.page(20_000)
            let configuration = CompressionServer.configuration(
                modules: ["cgid", "cache", "cache_disk"], directives, documents: ["page.html": page])
            try withHTTPD(configuration, allowing: ["End of script"]) { server throws in
                try server.shell("mkdir -p cache && chmod 777 cache")
                try server.addScript(
                    "cgi/made",
                    """
                    #!/bin/sh
                    test -e ../broken && exit 1
                    printf 'Content-Type: %s\\nCache-Control: max-age=1\\nETag: "x"\\n\\n' "$QUERY_STRING"
                    cat ../htdocs/page.html

                    """)
                for (path, codings) in [("/made?text/html", ["gzip"]), ("/made?image/png", [])] {
                    let first = try server.get(path, "-H", "Accept-Encoding: gzip")
                    #expect(try first.status == 200 && first.decoded == page)
                    try server.shell("touch broken; sleep 2.2")
                    let stale = try server.get(path, "-H", "Accept-Encoding: gzip")
                    #expect(stale["Warning"]?.contains("111") == true, "\(path)")
                    #expect(stale.headers.filter { $0.name == "content-encoding" }.map(\.value) == codings, "\(path)")
                    #expect(try stale.decoded == page, "\(path)")
                    try server.shell("rm broken")
                }
                try server.shell("touch broken")
                let other = try server.get("/made?other", "-H", "Accept-Encoding: gzip")
                #expect(other.status == 500 && other["Content-Encoding"] == "gzip")
                #expect(try other.decoded.contains("<title>500 "))
            }
        }
    }
}
