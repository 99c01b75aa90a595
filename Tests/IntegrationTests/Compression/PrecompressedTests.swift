// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// Files that an administrator has compressed.
    @Suite struct Precompressed {
        private static let page = CompressionServer.page(30_000)
        private static let kinds = [("br", ".br"), ("zstd", ".zst"), ("gzip", ".gz")]

        private static func withServer(
            _ more: String = "", allowing: [String] = [], _ body: (HTTPDProcess) throws -> Void
        ) throws {
            let configuration = CompressionServer.configuration(
                "SetOutputFilter COMPRESS\nCompressPrecompressed on\n\(more)\n", documents: ["page.html": page])
            try withHTTPD(configuration, allowing: allowing) { server throws in
                for (coding, suffix) in kinds {
                    let bytes = try Decoders.encode(coding, Array(page.utf8))
                    try Data(bytes).write(to: URL(fileURLWithPath: server.documentRoot + "/page.html" + suffix))
                }
                try server.shell("chmod 0644 htdocs/*")
                try body(server)
            }
        }

        private static func bytes(_ server: HTTPDProcess, _ suffix: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: server.documentRoot + "/page.html" + suffix)))
        }

        @Test("a fresh file beside the plain one is sent as it is, with its length, its tag and its parts")
        func fresh() throws {
            try Self.withServer { server throws in
                for (coding, suffix) in Self.kinds {
                    let response = try server.get("/page.html", "-H", "Accept-Encoding: \(coding)")
                    let bytes = try Self.bytes(server, suffix)
                    #expect(response.status == 200 && response.body == bytes, "\(coding)")
                    #expect(response["Content-Encoding"] == coding && response["Content-Type"] == "text/html")
                    #expect(response["Content-Length"] == "\(bytes.count)" && response["Vary"] == "Accept-Encoding")
                    let tag = try #require(response["ETag"])
                    #expect(tag.hasSuffix("-\(coding)\"") && !tag.hasPrefix("W/"))
                    let part = try server.get(
                        "/page.html", "-H", "Accept-Encoding: \(coding)", "-H", "Range: bytes=10-19", "-H",
                        "If-Range: \(tag)")
                    #expect(part.status == 206 && part.body == Array(bytes[10..<20]))
                    let known = try server.get(
                        "/page.html", "-H", "Accept-Encoding: \(coding)", "-H", "If-None-Match: \(tag)")
                    #expect(known.status == 304 && known["ETag"] == tag)
                }
                #expect(try server.get("/page.html").text == Self.page)
            }
        }

        @Test("a file made anew has another tag") func tags() throws {
            try Self.withServer { server throws in
                let first = try server.get("/page.html", "-H", "Accept-Encoding: gzip")["ETag"]
                try server.shell("gzip -9 < htdocs/page.html > htdocs/page.html.gz")
                let second = try server.get("/page.html", "-H", "Accept-Encoding: gzip")["ETag"]
                #expect(first != second && first != nil && second != nil)
            }
        }

        @Test(
            "what is stale, of another coding, a link that must not be followed, or forbidden is not sent",
            arguments: [
                ("", "touch -d '2000-01-01' htdocs/page.html.gz"),
                ("", "cp htdocs/page.html.br htdocs/page.html.gz"),
                ("", "cp htdocs/page.html htdocs/page.html.gz"),
                ("", ": > htdocs/page.html.gz"),
                ("", "rm htdocs/page.html.gz; mkdir htdocs/page.html.gz"),
                ("", "chmod 0600 htdocs/page.html.gz"),
                (
                    "<Directory />\nOptions -FollowSymLinks\n</Directory>",
                    "cd htdocs; mv page.html.gz x; ln -s x page.html.gz"
                ),
                ("<Files *.gz>\nRequire all denied\n</Files>", ":"),
                ("<Files *.gz>\nSetHandler server-status\n</Files>", ":"),
                ("CompressPrecompressed off", ":"),
            ])
        func refused(_ directives: String, _ script: String) throws {
            // httpd and the filter say why.
            let said = ["AH00032", "AH01630", "a compressed file is not used"]
            try Self.withServer(directives, allowing: said) { server throws in
                try server.shell(script)
                let response = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(response.status == 200 && response["Content-Encoding"] == "gzip")
                #expect(response["ETag"]?.contains("~") == false)
                #expect(try response.decoded == Self.page)
            }
        }

        @Test("a link is followed where Options say so") func links() throws {
            try Self.withServer("<Directory />\nOptions FollowSymLinks\n</Directory>") { server throws in
                try server.shell("cd htdocs; mv page.html.gz x; ln -s x page.html.gz")
                let response = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                #expect(response["ETag"]?.contains("~") == true)
                #expect(try response.decoded == Self.page)
            }
        }
    }
}
