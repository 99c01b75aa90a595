// SPDX-License-Identifier: Apache-2.0
import APR
import Testing

@Suite("Pools and tables over real APR")
struct PoolAndTableTests {
    private let fixture: Fixture

    init() throws {
        fixture = try #require(Fixture())
    }

    @Test(arguments: ["", "plain", "with \u{e9} and \u{1F600}"])
    func textSurvivesInAPool(_ text: String) {
        fixture.withPool { pool in
            #expect(pool.string(text).text == text)
        }
    }

    @Test func aNULEndsAPoolsText() {
        fixture.withPool { pool in
            #expect(pool.string("a\u{0}b").text == "a")
        }
    }

    @Test func aTemporaryPoolLendsItself() {
        let length = Pool.withTemporary { pool in pool.string("hello").text.count }
        #expect(length == 5)
    }

    @Test func namesAreFoundWithoutRegardToCase() {
        fixture.withTable { table in
            table["Content-Type"] = "text/html"
            #expect(table["content-type"] == "text/html")
            #expect(table.contains("CONTENT-TYPE") == true)
            #expect(table["Content-Length"] == nil)
        }
    }

    @Test func settingReplacesAllAndNilRemoves() {
        fixture.withTable { table in
            table.add("Via", "one")
            table.add("via", "two")
            #expect(table.count == 2)
            #expect(table["Via"] == "one")
            table["VIA"] = "three"
            #expect(table.count == 1 && table["Via"] == "three")
            table["Via"] = nil
            #expect(table.count == 0 && !table.contains("Via"))
        }
    }

    @Test func namesInTheProgramDoAsOthersDo() {
        fixture.withTable { table in
            table.set(field: "Vary", to: "Accept")
            #expect(table["vary"] == "Accept" && table.contains(field: "VARY"))
            table.add("Vary", "Cookie")
            table.set(field: "vary", to: -12)
            #expect(table.count == 1 && table["Vary"] == "-12")
            table.set(field: "Vary", to: Int.max)
            #expect(table["Vary"] == "9223372036854775807")
            table.set(field: "Vary", to: [0x61, 0x62].span)
            #expect(table["Vary"] == "ab")
            table.set(field: "Vary", to: [0x61, 0, 0x62].span)
            #expect(table["Vary"] == "a")
            table.set(field: "Vary", to: Span())
            #expect(table["Vary"] == "")
            table.remove(field: "VARY")
            #expect(table.count == 0 && !table.contains(field: "Vary"))
        }
    }

    @Test func bytesAreLentAndStayWhatTheyWere() {
        fixture.withTable { table in
            let isMissing = table.bytes(field: "Vary") == nil
            #expect(isMissing)
            table["Vary"] = "Accept"
            guard let bytes = table.bytes(field: "vary") else {
                Issue.record("there is a value")
                return
            }
            table["Vary"] = "Cookie, and more"
            table.remove("Vary")
            let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
            #expect(text == "Accept")
        }
    }

    @Test func mergingPutsACommaBetween() {
        fixture.withTable { table in
            table.merge("Vary", "Accept")
            table.merge("vary", "Cookie")
            #expect(table["Vary"] == "Accept, Cookie")
            table.remove("VARY")
            #expect(table.entries.isEmpty == true)
        }
    }

    @Test func entriesAreInOrderAndRepeated() {
        fixture.withTable { table in
            table.add("B", "1")
            table.add("A", "2")
            table.add("b", "")
            #expect(table.entries.map { "\($0.name)=\($0.value)" } == ["B=1", "A=2", "b="])
        }
    }

    @Test func valuesAreReplacedWhereTheyStand() {
        fixture.withTable { table in
            for (name, value) in [("Set-Cookie", "a"), ("X", "1"), ("SET-COOKIE", "b"), ("set-cookie", ""), ("Y", "2")]
            {
                table.add(name, value)
            }
            table.replaceValues("set-cookie") { $0 == "b" ? nil : "[\($0)]" }
            let entries = table.entries.map { "\($0.name)=\($0.value)" }
            #expect(entries == ["Set-Cookie=[a]", "X=1", "SET-COOKIE=b", "set-cookie=[]", "Y=2"])
            #expect(table["Set-Cookie"] == "[a]")
            table.replaceValues("none") { _ in "never" }
            #expect(table.count == 5)
            table.replaceValues("X") { _ in "" }
            table.replaceValues("Y") { _ in "cut\u{0}off" }
            #expect(table["X"] == "" && table["Y"] == "cut")
        }
    }

    @Test func bytesThatAreNoTextAreKept() {
        fixture.withTable { table in
            table.add("X", "x")
            table.replaceValueBytes("X") { _ in [0xff, 0xe9, 0x41] }
            var seen: [UInt8] = []
            table.replaceValueBytes("X") { bytes in
                for index in bytes.indices { seen.append(bytes[index]) }
                return nil
            }
            #expect(seen == [0xff, 0xe9, 0x41])
            table.replaceValues("X") { _ in nil }
            table.replaceValueBytes("X") { bytes in
                #expect(bytes.count == 3)
                return nil
            }
        }
    }

    /// Ten new entries make the table's array move.
    @Test func aTableMayBeChangedWhileItsValuesAreReplaced() {
        fixture.withTable { table in
            for value in ["a", "b", "c", "d"] { table.add("X", value) }
            table.add("Other", "o")
            var round = 0
            table.replaceValues("X") { value in
                round += 1
                if round == 1 { for number in 0..<100 { table.add("New\(number)", "n") } }
                if round == 2 { table.remove("Other") }
                if round == 3 { table.replaceValues("X") { $0 == "c" ? "inner" : nil } }
                return value + "!"
            }
            let values = table.entries.filter { $0.name == "X" }.map(\.value)
            #expect(values == ["a!", "b!", "inner", "d!"] && table.count == 104)
            table.replaceValues("X") { _ in
                table.remove("X")
                return "gone"
            }
            #expect(!table.contains("X") && table.count == 100)
        }
    }

    @Test func aReplacementThatFailsLeavesAllValues() {
        fixture.withTable { table in
            for value in ["a", "b"] { table.add("X", value) }
            do throws(HTTPDError) {
                try table.replaceValues("X") { (value: String) throws(HTTPDError) -> String? in
                    if value == "b" { throw HTTPDError("no") }
                    return "changed"
                }
                Issue.record("it threw")
            } catch {
                #expect(error.message == "no")
            }
            #expect(table.entries.map(\.value) == ["a", "b"])
        }
    }

    @Test func aStatusDescribesItself() {
        #expect(Status.success.rawValue == 0)
        #expect(Status.tryAgain.isTryAgain && !Status.general.isTryAgain)
        #expect(Status.endOfFile.isEndOfFile && Status.timedOut.isTimedOut)
        #expect(Status.endOfFile.description.contains("End of file"))
        #expect(HTTPDError(.timedOut, "reading").description.hasPrefix("reading: "))
        #expect(HTTPDError("too long", httpStatus: 413).status == .noSpace)
    }
}
