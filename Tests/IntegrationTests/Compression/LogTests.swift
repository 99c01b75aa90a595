// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// What was done can be seen in the log.
    @Suite struct Notes {
        private static let page = CompressionServer.page(60_000)

        @Test("notes say the coding, the bytes, the time, or why there is none") func notes() throws {
            let directives = """
                SetOutputFilter COMPRESS
                SetInputFilter DECOMPRESS
                <Location /swift>
                    SetHandler swift
                    SwiftHandler Fixtures.Digest
                </Location>

                """
            let documents = ["page.html": Self.page, "a.png": Self.page, "short.html": "x"]
            try withHTTPD(CompressionServer.configuration(directives, documents: documents)) { server throws in
                let coded = try server.get("/page.html", "-H", "Accept-Encoding: gzip")
                _ = try server.get("/page.html", "-H", "Accept-Encoding: foo")
                _ = try server.get("/a.png", "-H", "Accept-Encoding: gzip")
                _ = try server.get("/short.html", "-H", "Accept-Encoding: gzip")
                let body = try Decoders.encode("gzip", Array(Self.page.utf8))
                _ = try server.get("/swift", "-H", "Content-Encoding: gzip", "--data-binary", "@-", input: body)
                try server.shell("sleep 0.2")
                let lines = try server.shell("cat coded.log").split(separator: "\n").map { $0.split(separator: " ") }
                let first = try #require(lines.first)
                try #require(first.count == 7)
                let ratio = coded.body.count * 100 / Self.page.utf8.count
                #expect(
                    first[1] == "gzip" && first[2] == "\(ratio)" && first[3] == "60000"
                        && first[4] == "\(coded.body.count)")
                #expect((Int(first[5]) ?? 0) > 0 && first[6] == "-")
                #expect(lines.dropFirst().prefix(3).map { String($0.last ?? "") } == ["not-accepted", "type", "short"])
                let decoded = try server.shell("tail -1 decoded.log").split(separator: " ")
                #expect(
                    decoded.count == 6 && decoded[1] == "gzip" && decoded[3] == "\(body.count)" && decoded[4] == "60000"
                )
            }
        }

        @Test("a wrong directive is an error of configtest, with file and line") func wrong() throws {
            for (line, sentence) in [
                ("CompressCodings gzip lzma", "CompressCodings: must be one of zstd, br, gzip, deflate, not 'lzma'"),
                ("CompressLevel br 12", "CompressLevel: the levels of br go from 0 to 11, so not '12'"),
                ("DecompressLimit ratio=x", "DecompressLimit: option 'ratio' must be a whole number, not 'x'"),
            ] {
                var message = ""
                do {
                    try withHTTPD(CompressionServer.configuration("# the line\n" + line + "\n", documents: [:])) { _ in
                    }
                } catch { message = "\(error)" }
                #expect(message.contains(sentence), "\(message)")
                #expect(message.contains("httpd.conf") && message.contains("ine "), "\(message)")
            }
        }
    }
}
