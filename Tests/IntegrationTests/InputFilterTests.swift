// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Bodies of requests, through Swift filters.
    @Suite struct InputFilters {
        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            Fixtures.configuration(
                mpm, modules: ["deflate", "reflector"],
                """
                <Location /same>
                    SetHandler swift
                    SwiftHandler Fixtures.Body
                    SetInputFilter PASSIN;PASSBRIGADEIN
                </Location>
                <Location /upper>
                    SetHandler swift
                    SwiftHandler Fixtures.Body
                    SetInputFilter PASSBRIGADEIN;UPPERIN
                </Location>
                <Location /longer>
                    SetHandler swift
                    SwiftHandler Fixtures.Body
                    SetInputFilter UPPERIN;DOUBLEIN
                </Location>
                <Location /dropped>
                    SetHandler swift
                    SwiftHandler Fixtures.Digest
                    SetInputFilter DROPIN
                </Location>
                <Location /inflated>
                    SetHandler swift
                    SwiftHandler Fixtures.Body
                    SetInputFilter UPPERIN;DEFLATE
                </Location>
                <Location /reflected>
                    SetHandler reflector
                    SetInputFilter UPPERIN;PASSIN
                </Location>
                """)
        }

        private static let line = "a line of the body\n"

        @Test("a handler reads what the filters make of a body, chunked or not", arguments: MPM.allCases)
        func handler(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm)) { server throws in
                let body = String(repeating: Self.line, count: 20_000)
                let bytes = Array(body.utf8)
                for framing in ["Expect:", "Transfer-Encoding: chunked"] {
                    func post(_ path: String) throws -> Response {
                        try server.get(path, "-H", framing, "--data-binary", "@-", input: bytes)
                    }
                    #expect(try post("/same").body == bytes)
                    #expect(try post("/upper").text == body.uppercased())
                    #expect(try post("/longer").body.count == 2 * bytes.count + 5)
                    #expect(try post("/dropped").text.hasPrefix("0 bytes"))
                    #expect(try post("/reflected").text == body.uppercased())
                }
                #expect(try server.get("/same", "-X", "POST", "-d", "").body.isEmpty)
                // UPPERIN stands behind DOUBLEIN: the reader's side of it.
                #expect(try server.get("/longer").text == "[END]", "the end of no body is an end, too")
            }
        }

        @Test("a filter behind INFLATE sees the body as it was meant") func inflated() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                let output = try server.shell(
                    """
                    printf 'coded text' | gzip |
                        curl -q -sS --noproxy '*' -H 'Content-Encoding: gzip' --data-binary @- "$URL/inflated"
                    """)
                #expect(output == "CODED TEXT")
            }
        }

        @Test("a body that comes byte by byte is read while it comes") func slowBody() throws {
            try withHTTPD(Self.configuration(.event)) { server throws in
                let client = try RawClient(port: server.port)
                try client.send("POST /upper HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                for byte in "slowly".utf8 { try client.send([0x31, 13, 10, byte, 13, 10]) }
                try client.send("0\r\n\r\n")
                _ = try client.receive(through: "\r\n\r\n")
                let answer = try client.receive(through: "SLOWLY")
                #expect(answer.hasSuffix("SLOWLY"))
                client.close()
            }
        }

        @Test("a body that breaks off is an error for its reader, and no crash") func brokenBody() throws {
            let expected = ["reading the request's body"]
            try withHTTPD(Self.configuration(.event), allowing: expected) { server throws in
                for path in ["/same", "/upper", "/longer", "/dropped"] {
                    let client = try RawClient(port: server.port)
                    try client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
                    client.shutdownWrite()
                    let answer = String(decoding: (try? client.receiveUntilClose()) ?? [], as: UTF8.self)
                    #expect(!answer.hasPrefix("HTTP/1.1 200"), "\(path): \(answer)")
                }
                #expect(try server.get("/upper", "-d", "alive").text == "ALIVE")
            }
        }
    }
}
