// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: as Redis answers")
    struct Differential {
        typealias Store = RESPConfiguration.Store

        /// A store of each child's own, and a shared one: then there may be several children.
        private func compare(_ mpm: MPM, _ store: Store, children: Int?, _ arguments: [String]) throws {
            let redis = try CompanionServer(.redis)
            try withHTTPD(RESPConfiguration.server(mpm, store, children: children)) { server in
                try ClientProgram.run(
                    "differential",
                    ["\(redis.port)", "\(server.respPort)"] + arguments
                        + (children == 1 ? [] : ["--several"]) + [
                            "--store", store.rawValue, "--known", ClientProgram.known,
                        ])
            }
        }

        @Test("20,000 commands of RESP2, in a store of the child's own", arguments: [MPM.event, .worker])
        func memory(_ mpm: MPM) throws { try compare(mpm, .memory, children: 1, ["1", "20000"]) }

        @Test("20,000 commands of RESP3, in a store of the child's own", arguments: [MPM.event, .worker])
        func memoryInNew(_ mpm: MPM) throws { try compare(mpm, .memory, children: 1, ["2", "20000", "--resp3"]) }

        @Test("10,000 commands of either kind in a shared store, by several children", arguments: MPM.allCases)
        func shared(_ mpm: MPM) throws {
            let children = mpm == .prefork ? 12 : 3
            try compare(mpm, .socache, children: children, ["3", "10000"])
            try compare(mpm, .socache, children: children, ["4", "10000", "--resp3"])
        }

        @Test("5,000 commands that no run has had before")
        func fresh() throws {
            let seed = Int.random(in: 1_000..<1_000_000_000)
            print("the seed is \(seed)")
            try compare(.event, .memory, children: 1, ["\(seed)", "5000"])
        }

        @Test("Malformed input has Redis's errors, whole and in pieces", arguments: [MPM.event, .prefork])
        func malformed(_ mpm: MPM) throws {
            let redis = try CompanionServer(.redis)
            try withHTTPD(RESPConfiguration.server(mpm, .socache, children: mpm == .prefork ? 16 : 1)) { server in
                try ClientProgram.run(
                    "protocol", ["\(redis.port)", "\(server.respPort)", "--known", ClientProgram.known])
            }
        }

        /// What is compared with itself through a proxy that alters one reply must not pass.
        @Test(
            "The comparison sees one wrong reply",
            arguments: [#"\$-1\r\n"#: #"$0\r\n\r\n"#, "out of range": "out of bounds", #":3\r\n"#: #":4\r\n"#])
        func seesWrongReplies(_ old: String, _ new: String) throws {
            let redis = try CompanionServer(.redis)
            let other = try CompanionServer(.redis)
            let arguments = ["1", "5000", "--reference", "--random-only", "--most", "1"]
            let ports = ["\(redis.port)", "\(other.port)"]
            let right = try ClientProgram.command("differential", ports + arguments).run()
            #expect(right.status == 0, "two redis-servers agree: \(right.text)\(right.errorText)")
            let altered = arguments + ["--alter", old, new]
            let wrong = try ClientProgram.command("differential", ports + altered).run()
            #expect(wrong.status == 1 && wrong.text.contains("1 differences"), "\(wrong.text)\(wrong.errorText)")
        }
    }
}
