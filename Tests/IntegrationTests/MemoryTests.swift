// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RealServer {
    /// A child does not grow with what it serves.
    @Suite struct Memory {
        /// What a child may grow by, in kilobytes.
        private static let limit = 2048
        /// What it may grow by while it serves, in kilobytes.
        private static let peakLimit = 16 * 1024

        private static func configuration(_ mpm: MPM, _ more: String) -> HTTPDConfiguration {
            Fixtures.configuration(
                mpm,
                """
                \(more)
                Replace s/needle/pin/n
                <Location /flood>
                    SetHandler swift
                    SwiftHandler Fixtures.Flood
                    SetOutputFilter PASS;PASSBRIGADE;REPLACE;UPPER
                </Location>
                <Location /file>
                    SetOutputFilter PASS;PASSBRIGADE;REPLACE;UPPER
                </Location>
                <Location /kept>
                    SetOutputFilter PASS;REPLACE
                </Location>
                <Location /digest>
                    SetHandler swift
                    SwiftHandler Fixtures.Digest
                    SetInputFilter PASSIN;PASSBRIGADEIN;UPPERIN
                </Location>
                """,
                children: 1, threads: 1, maxClients: 1)
        }

        /// Runs `work` once small, to warm the child up, then large, and returns the growth in kilobytes.
        private static func growth(
            _ mpm: MPM, with more: String = "", _ small: String, _ large: String
        ) throws -> Int {
            try withHTTPD(configuration(mpm, more)) { server throws in
                try server.shell(
                    """
                    mkdir htdocs/file htdocs/kept
                    truncate -s 10M htdocs/file/small htdocs/kept/small
                    truncate -s 1G htdocs/file/large htdocs/kept/large
                    """)
                let child = try server.onlyChild()
                for _ in 0..<3 { try server.shell(small) }
                try server.shell("echo 5 > /proc/\(child)/clear_refs")
                let before = try server.residentKilobytes(of: child)
                try server.shell(large)
                let after = try server.residentKilobytes(of: child)
                // In between it may hold a mapped piece of a file, and no more.
                let highest = try server.shell("awk '/^VmHWM:/ { print $2 }' /proc/\(child)/status")
                let peak = try #require(Int(highest.trimmingCharacters(in: .whitespacesAndNewlines))) - before
                #expect(peak < Self.peakLimit, "grew by \(peak) kB while it served")
                #expect(try server.onlyChild() == child)
                return after - before
            }
        }

        private static func fetch(_ path: String, expecting bytes: Int) -> String {
            "test $(curl -q -sS --noproxy '*' -o /dev/null -w '%{size_download}' \"$URL\(path)\") = \(bytes)"
        }

        @Test("50,000 flushes of one response leave no memory behind", arguments: MPM.allCases)
        func flushes(_ mpm: MPM) throws {
            let growth = try Self.growth(
                mpm, Self.fetch("/flood?bytes=100000&chunk=100&flush=1", expecting: 100_000),
                Self.fetch("/flood?bytes=5000000&chunk=100&flush=1", expecting: 5_000_000))
            #expect(growth < Self.limit, "grew by \(growth) kB")
        }

        @Test("a body of 1 GB leaves no memory behind", arguments: MPM.allCases)
        func largeBody(_ mpm: MPM) throws {
            let growth = try Self.growth(
                mpm, Self.fetch("/flood?bytes=10000000&chunk=65536", expecting: 10_000_000),
                Self.fetch("/flood?bytes=1073741824&chunk=65536", expecting: 1_073_741_824))
            #expect(growth < Self.limit, "grew by \(growth) kB")
        }

        @Test(
            "a file of 1 GB leaves no memory behind, mapped or read, changed or kept",
            arguments: ["EnableMMAP On", "EnableMMAP Off"], ["/file", "/kept"])
        func largeFile(_ directive: String, _ path: String) throws {
            let growth = try Self.growth(
                .event, with: directive, Self.fetch(path + "/small", expecting: 10_485_760),
                Self.fetch(path + "/large", expecting: 1_073_741_824))
            #expect(growth < Self.limit, "grew by \(growth) kB")
        }

        @Test("an upload of 1 GB leaves no memory behind") func largeUpload() throws {
            let upload = "curl -q -sS --noproxy '*' -H 'Expect:' -T - \"$URL/digest\" | grep -q '^"
            let growth = try Self.growth(
                .event, "head -c 10000000 /dev/zero | \(upload)10000000 bytes'",
                "head -c 1073741824 /dev/zero | \(upload)1073741824 bytes'")
            #expect(growth < Self.limit, "grew by \(growth) kB")
        }
    }
}
