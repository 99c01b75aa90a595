// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension RESPServer {
    @Suite("RESP: crowds and bad manners")
    struct Crowds {
        /// One child, so that its peak of memory tells all; the growth is in kilobytes.
        private func crowd(
            _ mpm: MPM, _ arguments: [String], growth: Int, slowest: Double = 2,
            allowing: [String] = ["Broken pipe", "Connection reset"]
        ) throws {
            let configuration = RESPConfiguration.server(mpm, children: 1)
            try withHTTPD(configuration, allowing: allowing) { server in
                // What the first commands make the child keep for good is not the crowd's.
                _ = try ClientProgram.command("crowd", ["\(server.respPort)", "flood", "20000"]).run()
                let children = server.childPIDs
                let bounds = ["--pids", server.pidList, "--growth", "\(growth)", "--slowest", "\(slowest)"]
                try ClientProgram.run("crowd", ["\(server.respPort)"] + arguments + bounds)
                #expect(server.childPIDs == children, "no child was lost")
                #expect(try server.curl(path: "/page.html").text == "hello\n")
            }
        }

        @Test("5,000 idle clients on 8 threads, with traffic beside them: less than 20 kB each")
        func idle() throws {
            let limit = try Command("sh", ["-c", "ulimit -n"]).run().text.trimmingCharacters(in: .newlines)
            let descriptors = Int(limit) ?? .max
            try #require(descriptors > 5_200, "raise the limit of open files: ulimit -n 6000")
            try crowd(.event, ["idle", "5000", "--seconds", "5"], growth: 100_000)
        }

        @Test("A million pipelined commands in one piece: every reply is right", arguments: [MPM.event, .worker])
        func million(_ mpm: MPM) throws { try crowd(mpm, ["flood", "1000000"], growth: 8_192) }

        @Test("A million pipelined commands by a client that reads late", arguments: [MPM.event, .worker])
        func stuffed(_ mpm: MPM) throws { try crowd(mpm, ["stuffed", "1000000"], growth: 8_192) }

        @Test("Clients that ask for 100 MB each, and never read", arguments: [MPM.event, .worker])
        func mute(_ mpm: MPM) throws { try crowd(mpm, ["mute", "10000", "--seconds", "3"], growth: 8_192) }

        @Test("Clients that announce 1 MB, and stop after 1 KB: no memory is taken in advance")
        func half() throws { try crowd(.event, ["half", "200"], growth: 16_384) }
    }
}
