// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("Replies in both versions")
struct ReplyWriterTests {
    private func written(_ version: RESPVersion, _ write: (inout ReplyWriter) -> Void) -> String {
        var writer = ReplyWriter()
        writer.version = version
        write(&writer)
        return String(decoding: copy(writer.bytes), as: UTF8.self)
    }

    private func both(_ write: (inout ReplyWriter) -> Void) -> [String] {
        [written(.two, write), written(.three, write)]
    }

    @Test func whatIsTheSameInBothVersions() {
        #expect(both { $0.ok() } == ["+OK\r\n", "+OK\r\n"])
        #expect(both { $0.simple("PONG") } == ["+PONG\r\n", "+PONG\r\n"])
        #expect(both { $0.bulk("") } == ["$0\r\n\r\n", "$0\r\n\r\n"])
        #expect(both { $0.bulk("täg") } == ["$4\r\ntäg\r\n", "$4\r\ntäg\r\n"])
        #expect(both { $0.bulk(Int64(-12)) } == ["$3\r\n-12\r\n", "$3\r\n-12\r\n"])
        #expect(both { $0.array(0) } == ["*0\r\n", "*0\r\n"])
        #expect(both { $0.array(-3) } == ["*0\r\n", "*0\r\n"])
        #expect(both { $0.array(12) } == ["*12\r\n", "*12\r\n"])
    }

    @Test(arguments: [0, 7, 10, 99, 100, -1, -99, 1_234_567_890, .max, .min] as [Int64])
    func numbers(_ value: Int64) {
        #expect(both { $0.integer(value) } == [":\(value)\r\n", ":\(value)\r\n"])
        #expect(both { $0.integer(Int(value)) } == [":\(value)\r\n", ":\(value)\r\n"])
    }

    @Test func whatOnlyVersion3Has() {
        #expect(both { $0.null() } == ["$-1\r\n", "_\r\n"])
        #expect(both { $0.nullArray() } == ["*-1\r\n", "_\r\n"])
        #expect(both { $0.map(2) } == ["*4\r\n", "%2\r\n"])
        #expect(both { $0.map(.max) } == ["*\(Int.max - 1)\r\n", "%\(Int.max / 2)\r\n"])
        #expect(both { $0.set(3) } == ["*3\r\n", "~3\r\n"])
        #expect(both { $0.push(3) } == ["*3\r\n", ">3\r\n"])
        #expect(both { $0.boolean(true) } == [":1\r\n", "#t\r\n"])
        #expect(both { $0.boolean(false) } == [":0\r\n", "#f\r\n"])
        #expect(both { $0.verbatim("txt", "ab") } == ["$2\r\nab\r\n", "=6\r\ntxt:ab\r\n"])
        #expect(both { $0.verbatim("text", "ab") } == ["$2\r\nab\r\n", "=6\r\ntxt:ab\r\n"])
    }

    @Test func doubles() {
        #expect(both { $0.double(1.5) } == ["$3\r\n1.5\r\n", ",1.5\r\n"])
        #expect(both { $0.double(3) } == ["$1\r\n3\r\n", ",3\r\n"])
        #expect(both { $0.double(.infinity) } == ["$3\r\ninf\r\n", ",inf\r\n"])
        #expect(both { $0.double(-.infinity) } == ["$4\r\n-inf\r\n", ",-inf\r\n"])
        #expect(both { $0.double(.nan) } == ["$3\r\nnan\r\n", ",nan\r\n"])
    }

    @Test func aReplyCannotEndWithinItsText() {
        #expect(both { $0.error("ERR a\r\nb\nc") }[0] == "-ERR a  b c\r\n")
        #expect(both { $0.simple("a\rb") }[0] == "+a b\r\n")
        #expect(both { $0.error(Array("ERR \n".utf8).span) }[0] == "-ERR  \r\n")
    }

    @Test func aProtocolErrorNamesTheByteAsItCame() {
        var writer = ReplyWriter()
        writer.error(.expectedBulk(got: 0xFF))
        writer.error(.expectedBulk(got: 0x0D))
        writer.error(.invalidCount)
        let want =
            Array("-ERR Protocol error: expected '$', got '".utf8) + [0xFF]
            + Array("'\r\n-ERR Protocol error: expected '$', got ' '\r\n".utf8)
            + Array("-ERR Protocol error: invalid multibulk length\r\n".utf8)
        let got = copy(writer.bytes)
        #expect(got == want)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let text = written(.three) { writer in
            writer.map(2)
            writer.bulk("a")
            writer.array(3)
            writer.null()
            writer.double(0.1)
            writer.boolean(true)
            writer.bulk("b")
            writer.verbatim("mkd", "*")
        }
        let bytes = Array(text.utf8)
        let value = try ReplyReader().value(of: bytes.span)
        #expect(
            value
                == .map([
                    ReplyPair(.bulk([0x61]), .array([.null, .double(0.1), .boolean(true)])),
                    ReplyPair(.bulk([0x62]), .verbatim(format: "mkd", text: [0x2A])),
                ]))
    }

    @Test func manyRepliesOfAnySizeFollowEachOther() {
        var writer = ReplyWriter()
        var want: [UInt8] = []
        for size in [0, 1, 9, 10, 99, 100, 40_000, 70_000, 3] {
            let value = [UInt8](repeating: 0x78, count: size)
            writer.bulk(value.span)
            want += Array("$\(size)\r\n".utf8) + value + [0x0D, 0x0A]
        }
        var got = copy(writer.bytes)
        #expect(got == want)
        let count = writer.count
        #expect(count == want.count)
        writer.removeAll()
        let isEmpty = writer.isEmpty
        #expect(isEmpty)
        writer.ok()
        got = copy(writer.bytes)
        #expect(got == Array("+OK\r\n".utf8))
    }
}

/// A copy of lent bytes.
func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
