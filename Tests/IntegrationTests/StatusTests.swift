// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// Responses that are not a whole 200.
    @Suite struct Statuses {
        private static let text = String(repeating: "0123456789abcdefghij", count: 5_000)

        private static let configuration: HTTPDConfiguration = {
            var sections = ""
            var documents = ["plain/a.txt": text]
            for filter in ["PASS", "UPPER", "REWRITE", "REPLACE", "PASSBRIGADE", "DECLINE"] {
                sections += "<Location /\(filter)>\n    SetOutputFilter \(filter)\n</Location>\n"
                documents["\(filter)/a.txt"] = text
            }
            return Fixtures.configuration(
                """
                Replace s/abc/xyz/n
                \(sections)
                <Location /status>
                    SetHandler swift
                    SwiftHandler Fixtures.Status
                    SetOutputFilter UPPER;REPLACE;PASSBRIGADE;DOUBLE
                </Location>
                """,
                documents: documents)
        }()

        @Test("a response without a body stays one: 204 and 304") func noBody() throws {
            try withHTTPD(Self.configuration) { server throws in
                for status in [204, 304] {
                    let response = try server.get("/status?status=\(status)")
                    #expect(response.status == status)
                    #expect(response.exit == 0)
                    #expect(response.body.isEmpty)
                    #expect(response["X-Status"] == "kept")
                    #expect(response["Transfer-Encoding"] == nil)
                }
            }
        }

        @Test("a 304 says the same about the resource as the 200 does") func notModified() throws {
            try withHTTPD(Self.configuration) { server throws in
                let filters = ["PASS", "UPPER", "REWRITE", "REPLACE", "PASSBRIGADE", "DECLINE"]
                // Files that are written one after the other may be of two seconds.
                for folder in ["plain"] + filters {
                    try FileManager.default.setAttributes(
                        [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)],
                        ofItemAtPath: "\(server.documentRoot)/\(folder)/a.txt")
                }
                // The validators of the file itself, which a client may have from before the filter was there.
                let plain = try server.get("/plain/a.txt")
                let modified = try #require(plain["Last-Modified"])
                for filter in filters {
                    let path = "/\(filter)/a.txt"
                    let whole = try server.get(path)
                    #expect(whole.status == 200)
                    var conditions = [["-H", "If-Modified-Since: \(modified)"]]
                    if let tag = whole["ETag"] { conditions.append(["-H", "If-None-Match: \(tag)"]) }
                    for condition in conditions {
                        let response = try server.get(path, condition[0], condition[1])
                        #expect(response.exit == 0)
                        #expect(response.status == 304 || response.body == whole.body)
                        for name in ["ETag", "Last-Modified", "Vary", "Cache-Control", "Content-Location"] {
                            #expect(response[name] == nil || response[name] == whole[name], "\(path) \(name)")
                        }
                        if response.status == 304 {
                            #expect(response["ETag"] == whole["ETag"], "\(path) \(condition)")
                            #expect(response.body.isEmpty)
                        }
                    }
                    if ["PASS", "PASSBRIGADE", "DECLINE"].contains(filter) {
                        let tag = try #require(whole["ETag"])
                        #expect(try server.get(path, "-H", "If-None-Match: \(tag)").status == 304)
                        #expect(whole["Last-Modified"] == modified)
                    } else {
                        #expect(whole["ETag"] == nil && whole["Last-Modified"] == nil, "\(path) keeps a validator")
                    }
                }
            }
        }

        @Test("ranges come through a filter that keeps the length, and hold the right bytes") func ranges() throws {
            try withHTTPD(Self.configuration) { server throws in
                for filter in ["PASS", "UPPER", "PASSBRIGADE", "DECLINE"] {
                    let whole = filter == "UPPER" ? Self.text.uppercased() : Self.text
                    let bytes = Array(whole.utf8)
                    let response = try server.get("/\(filter)/a.txt", "-r", "12345-67890")
                    #expect(response.status == 206, "\(filter)")
                    #expect(response.body == Array(bytes[12_345...67_890]), "\(filter)")
                    #expect(response["Content-Range"] == "bytes 12345-67890/100000")
                    #expect(try server.get("/\(filter)/a.txt", "-r", "-5").body == bytes.suffix(5))
                    let several = try server.get("/\(filter)/a.txt", "-r", "0-4,99990-99999")
                    #expect(several.status == 206)
                    #expect(several.text.contains(whole.prefix(5) + "\r\n"))
                    #expect(several.text.contains(whole.suffix(10) + "\r\n"))
                    #expect(try server.get("/\(filter)/a.txt", "-r", "200000-").status == 416)
                }
            }
        }

        @Test("a range of a file too long to hold is right, or is the whole", arguments: ["On", "Off"])
        func longRanges(_ mapping: String) throws {
            var configuration = Self.configuration
            configuration.directives += "\nEnableMMAP \(mapping)\n"
            try withHTTPD(configuration) { server throws in
                try server.shell(
                    """
                    cd htdocs
                    for folder in */; do
                        for i in $(seq 50); do cat plain/a.txt; done > $folder/b.txt
                    done
                    """)
                for filter in ["PASS", "UPPER", "PASSBRIGADE", "DECLINE"] {
                    let whole = try server.get("/\(filter)/b.txt")
                    #expect(whole.body.count == 5_000_000)
                    let response = try server.get("/\(filter)/b.txt", "-r", "1234567-1300000")
                    let isPart = response.status == 206
                    let expected = isPart ? Array(whole.body[1_234_567...1_300_000]) : whole.body
                    let isRight = response.body == expected
                    #expect(isRight, "\(filter): \(response.status)")
                    #expect(isPart || filter == "UPPER" || mapping == "Off", "\(filter)")
                }
            }
        }

        @Test("a filter that rewrites answers a range with the whole") func noRanges() throws {
            try withHTTPD(Self.configuration) { server throws in
                for filter in ["REWRITE", "REPLACE"] {
                    let whole = filter == "REPLACE" ? Self.text.replacing("abc", with: "xyz") : Self.text
                    for range in ["0-4", "12345-67890", "-5", "0-4,99990-99999"] {
                        let response = try server.get("/\(filter)/a.txt", "-r", range)
                        #expect(response.status == 200, "\(filter) \(range)")
                        #expect(response.text == whole)
                        #expect(response["Accept-Ranges"] == nil || response["Accept-Ranges"] == "none")
                        #expect(response["Content-Range"] == nil)
                    }
                }
            }
        }
    }
}
