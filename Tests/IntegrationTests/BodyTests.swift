// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

extension RealServer {
    /// Bodies come out byte for byte, whatever the pieces they come in.
    @Suite struct Bodies {
        private struct Text {
            var source = ""
            var expected = ""

            /// About a megabyte of lines; some words are to be replaced, the rest to be capitals.
            init() {
                var state: UInt64 = 42
                while source.utf8.count < 1_000_000 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let word = String(state >> 40, radix: 36)
                    let isMarked = state >> 33 & 7 == 0
                    source += word + (isMarked ? "-needle\n" : "-nee-\n")
                    expected += word.uppercased() + (isMarked ? "-THE PIN\n" : "-NEE-\n")
                }
            }
        }

        private static let text = Text()

        private static func configuration(_ mpm: MPM) -> HTTPDConfiguration {
            let configuration = Fixtures.configuration(
                mpm,
                """
                Replace "s/needle/the pin/n"
                SwiftOutputFilter Fixtures.Chop CHOP_1 size=1
                SwiftOutputFilter Fixtures.Chop CHOP_100 size=100
                SwiftOutputFilter Fixtures.Chop CHOP_100_FLUSH size=100 flush=On
                SwiftOutputFilter Fixtures.Chop CHOP_8K size=8K
                SwiftOutputFilter Fixtures.Chop CHOP_1M size=1M batch=1
                Alias /1 "@DOCROOT@"
                Alias /100 "@DOCROOT@"
                Alias /100-flush "@DOCROOT@"
                Alias /8k "@DOCROOT@"
                Alias /1m "@DOCROOT@"
                <Location /1>
                    SetOutputFilter CHOP_1;REPLACE;UPPER
                </Location>
                <Location /100>
                    SetOutputFilter CHOP_100;REPLACE;UPPER
                </Location>
                <Location /100-flush>
                    SetOutputFilter CHOP_100_FLUSH;REPLACE;UPPER
                </Location>
                <Location /8k>
                    SetOutputFilter CHOP_8K;REPLACE;UPPER
                </Location>
                <Location /1m>
                    SetOutputFilter CHOP_1M;REPLACE;UPPER
                </Location>
                """,
                documents: ["small.txt": text.source, "expected-small.txt": text.expected], threads: 20)
            return configuration
        }

        /// Has 16 clients fetch at once, and compares what each of them gets with a file.
        private static func compare(_ server: HTTPDProcess, _ path: String, with file: String) throws {
            let output = try server.shell(
                """
                for i in $(seq 16); do
                    (set -o pipefail; curl -q -sS --noproxy '*' "$URL\(path)" | cmp - htdocs/\(file) && echo same) &
                done
                wait
                """)
            #expect(output.split(separator: "\n").count { $0 == "same" } == 16, "\(path): \(output)")
        }

        @Test(
            "16 clients at once get a 1 MB body byte for byte, from pieces of any size through two filters",
            arguments: MPM.allCases)
        func smallPieces(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm)) { server throws in
                for size in ["1", "100", "100-flush", "8k", "1m"] {
                    try Self.compare(server, "/\(size)/small.txt", with: "expected-small.txt")
                }
            }
        }

        @Test(
            "16 clients at once get a 100 MB body byte for byte, from pieces of 1 MB through two filters",
            arguments: MPM.allCases)
        func largePieces(_ mpm: MPM) throws {
            try withHTTPD(Self.configuration(mpm)) { server throws in
                try server.shell(
                    """
                    cd htdocs
                    for i in $(seq 100); do cat small.txt; done > large.txt
                    for i in $(seq 100); do cat expected-small.txt; done > expected-large.txt
                    """)
                try Self.compare(server, "/1m/large.txt", with: "expected-large.txt")
            }
        }
    }
}
