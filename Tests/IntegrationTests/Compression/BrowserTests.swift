// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer.Compression {
    /// What a real browser makes of it.
    @Suite struct Browser {
        private static let text = "<p id=\"text\">text in ünïcödé</p>"

        @Test("a browser shows pages and runs scripts in each coding that it offers", arguments: [0, 30])
        func pages(_ padding: Int) throws {
            let codings = CompressionServer.codings
            let script = "document.title = 'ran';" + String(repeating: " // a comment that is long enough\n", count: 50)
            let page =
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><script src=\"script.js\"></script></head>"
                + "<body>\(Self.text)\(CompressionServer.page(40_000).dropFirst(16))</body></html>"
            let sections = codings.map { "<Location /\($0)>\nCompressCodings \($0)\n</Location>\n" }.joined()
            let documents = Dictionary(
                uniqueKeysWithValues: codings.flatMap { [("\($0)/page.html", page), ("\($0)/script.js", script)] })
            let configuration = CompressionServer.configuration(
                modules: ["log_config"], "SetOutputFilter COMPRESS\nCompressPadding \(padding)\n" + sections,
                documents: documents)
            try withHTTPD(configuration) { server throws in
                for coding in codings {
                    let dom = try Self.load(server, "/\(coding)/page.html")
                    #expect(dom.contains(Self.text), "\(coding)")
                    #expect(dom.contains("<title>ran</title>"), "\(coding)")
                }
                // Chromium offers all four to the machine that it runs on.
                try server.waitUntil("the log") {
                    let log = try String(contentsOfFile: server.root + "/coded.log", encoding: .utf8)
                    return codings.allSatisfy { coding in
                        log.contains("/\(coding)/page.html \(coding) ")
                            && log.contains("/\(coding)/script.js \(coding) ")
                    }
                }
            }
        }

        /// The document as it stands when its scripts have run.
        private static func load(_ server: HTTPDProcess, _ path: String) throws -> String {
            let arguments = [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server",
                "--user-data-dir=\(server.root)/tmp/browser", "--virtual-time-budget=5000", "--dump-dom",
            ]
            let result = try Command("chromium", arguments + [server.url(path)], timeout: .seconds(60)).run()
            return result.text
        }
    }
}
