// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("Commands have the names that a host gives them")
struct CommandTableTests {
    private func find(_ table: CommandTable, _ name: String) -> Command? { table[Array(name.utf8).span] }

    /// Renames a command, which is expected to be done.
    private func rename(_ table: inout CommandTable, _ command: Command, to name: String?, fails: Bool = false) {
        let isDone = table.rename(command, to: name)
        #expect(isDone != fails)
    }

    @Test func allAreFoundByTheirNamesInAnyCase() {
        let table = CommandTable()
        for command in Command.allCases {
            #expect(find(table, command.name) == command)
            #expect(find(table, command.name.uppercased()) == command)
            #expect(find(table, command.name + "x") == nil || command == .get || command == .set)
            #expect(Command(name: command.name) == command)
        }
        #expect(table.offered == Command.allCases)
        #expect(find(table, "getex") == .getex && find(table, "setex") == .setex)
    }

    @Test func namesOfOtherBytesAreNone() {
        let table = CommandTable()
        for name: [UInt8] in [
            [], [0], Array("get\0".utf8), Array("\0get".utf8), Array("ge\0t".utf8), Array("[ET".utf8),
            [0x47, 0x45, 0xD4],
            [UInt8](repeating: 0, count: 16), [UInt8](repeating: 0x61, count: 1000), Array("g@t".utf8),
        ] {
            let found = table[name.span]
            #expect(found == nil)
        }
    }

    @Test func twoSwapTheirNames() {
        var table = CommandTable()
        rename(&table, .get, to: "set", fails: true)
        #expect(find(table, "get") == .get)
        rename(&table, .get, to: "other")
        rename(&table, .set, to: "get")
        rename(&table, .get, to: "SET")
        #expect(find(table, "GET") == .set && find(table, "Set") == .get && find(table, "other") == nil)
        #expect(table.name(of: .get) == "set")
        #expect(table.offered.count == Command.allCases.count)
    }

    @Test func whatIsOffHasNoName() {
        var table = CommandTable()
        rename(&table, .keys, to: nil)
        rename(&table, .keys, to: nil)
        #expect(find(table, "keys") == nil && table.name(of: .keys) == nil)
        #expect(table.offered.count == Command.allCases.count - 1)
        // The name is free.
        rename(&table, .scan, to: "keys")
        #expect(find(table, "keys") == .scan)
        rename(&table, .keys, to: "keys", fails: true)
        rename(&table, .keys, to: "scan")
        #expect(find(table, "scan") == .keys)
    }

    @Test func namesOfSixteenAndSeventeenBytes() {
        var table = CommandTable()
        rename(&table, .get, to: "abcdefghijklmnop")
        #expect(find(table, "ABCDEFGHIJKLMNOP") == .get)
        #expect(find(table, "abcdefghijklmnopq") == nil && find(table, "bcdefghijklmnop") == nil)
        #expect(find(table, "xbcdefghijklmnop") == nil && find(table, "abcdefghijklmnox") == nil)
        rename(&table, .set, to: "abcdefghijklmnopq", fails: true)
        for name in ["", "a b", "ä", "a\0b", "a\n"] {
            rename(&table, .set, to: name, fails: true)
            #expect(!CommandTable.isName(name))
        }
        #expect(find(table, "set") == .set)
        rename(&table, .set, to: "set")
        rename(&table, .set, to: "a-b_9")
        #expect(find(table, "A-B_9") == .set)
    }

    @Test func manyNamesThatAreAlike() {
        // Wherever they fall, all are found and nothing else is.
        for round in 0..<200 {
            var table = CommandTable()
            for (place, command) in Command.allCases.enumerated() {
                rename(&table, command, to: "n\(round * 100 + place)")
            }
            for (place, command) in Command.allCases.enumerated() {
                #expect(find(table, "n\(round * 100 + place)") == command)
            }
            #expect(find(table, "n\(round * 100 + 99)") == nil)
        }
    }

    @Test func errorsHaveTheNamesThatTheHostGave() {
        var rules = SessionRules()
        let isRenamed = rules.commands.rename(.get, to: "fetch")
        #expect(isRenamed)
        let talk = Talk(rules)
        #expect(talk.say("FETCH") == "-ERR wrong number of arguments for 'fetch' command\r\n")
        #expect(talk.say("FETCH a") == "$-1\r\n")
        #expect(talk.say("GET a") == "-ERR unknown command 'GET', with args beginning with: 'a' \r\n")
        #expect(talk.say("COMMAND INFO fetch").hasPrefix("*1\r\n*10\r\n$5\r\nfetch\r\n"))
    }
}
