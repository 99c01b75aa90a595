// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("Replies are those of Redis 7.0.15, byte by byte")
struct DialogueTests {
    private func replay(_ lines: [(String, String)], after first: String? = nil) {
        let talk = Talk()
        if let first { _ = talk.say(first) }
        for (line, expected) in lines {
            let reply = talk.say(line)
            #expect(reply == expected, "to \(line)")
        }
    }

    @Test func valuesAreReadAndWritten() { replay(ValuesDialogue.lines) }
    @Test func numbersAreCounted() { replay(NumbersDialogue.lines) }
    @Test func keysAreFoundAndExpire() { replay(KeysDialogue.lines) }
    @Test func subscribersMayDoLittle() { replay(MessagesDialogue.lines) }
    @Test func inVersionThreeToo() { replay(VersionThreeDialogue.lines, after: "HELLO 3") }
    @Test func connectionsAndWhatNobodyKnows() { replay(ConnectionDialogue.lines) }

    /// The same commands on a store that is not known to the compiler.
    @Test func onAnyStoreAsOnTheOneInMemory() {
        let talk = Talk(on: AnyKindOfStore(store: MemoryStore(databases: 16, limit: 16 << 20)))
        for (line, expected) in ValuesDialogue.lines + [("FLUSHDB", "+OK\r\n")] + KeysDialogue.lines {
            let reply = talk.say(line)
            #expect(reply == expected, "to \(line)")
        }
    }
}

/// A store that hides another.
private struct AnyKindOfStore: Store {
    let store: MemoryStore

    func withDatabase<Result: Sendable>(
        _ number: Int, _ body: (inout MemoryTable) throws(RESPError) -> Result
    ) throws(RESPError) -> Result {
        try store.withDatabase(number, body)
    }
}
