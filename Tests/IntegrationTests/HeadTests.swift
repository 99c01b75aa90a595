// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// HEAD says what GET would.
    @Suite struct Head {
        @Test("HEAD has GET's header, for files and for made content, small and large", arguments: MPM.allCases)
        func sameHeader(_ mpm: MPM) throws {
            let large = String(repeating: "0123456789abcdef", count: 30_000)
            var sections = ""
            var documents: [String: String] = [:]
            for filter in ["PASS", "UPPER", "REWRITE", "DOUBLE", "DROP", "DECLINE", "REPLACE", "PASSBRIGADE"] {
                sections += """
                    <Location /\(filter)>
                        SetOutputFilter \(filter)
                    </Location>
                    <Location /\(filter)/made>
                        SetHandler swift
                        SwiftHandler Fixtures.Flood
                    </Location>

                    """
                documents["\(filter)/small.txt"] = "small 0123"
                documents["\(filter)/large.txt"] = large
                documents["\(filter)/empty.txt"] = ""
            }
            let configuration = Fixtures.configuration(mpm, "Replace s/0123/three/n\n" + sections, documents: documents)
            try withHTTPD(configuration) { server throws in
                for filter in ["PASS", "UPPER", "REWRITE", "DOUBLE", "DROP", "DECLINE", "REPLACE", "PASSBRIGADE"] {
                    for name in [
                        "small.txt", "large.txt", "empty.txt", "made?bytes=10", "made?bytes=300000",
                        "made?bytes=300000&length=1",
                    ] {
                        let get = try server.get("/\(filter)/\(name)")
                        let head = try server.head("/\(filter)/\(name)")
                        #expect(head.status == get.status)
                        #expect(head.body.isEmpty)
                        #expect(head.stableHeaders == get.stableHeaders, "\(filter) \(name)")
                    }
                }
            }
        }
    }
}
