// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

/// As Redis 7.0.15 answered `PING` and `ECHO` with the same arguments.
@Suite("Inline commands are split as Redis splits them")
struct InlineCommandTests {
    @Test(
        arguments: [
            ("PING", ["PING"]), ("  PING  ", ["PING"]), ("\u{0B}PING\ta", ["PING", "a"]),
            ("SET k v", ["SET", "k", "v"]),
            (#"PING "a\x41\n\r\t\b\a\z\"b""#, ["PING", "aA\n\r\t\u{08}\u{07}z\"b"]),
            (#"PING 'a\'b\n'"#, ["PING", #"a'b\n"#]),
            (#"PING a"b c""#, ["PING", "ab c"]), (#"PING "a\x4""#, ["PING", "ax4"]),
            (#"PING "a\xzz""#, ["PING", "axzz"]),
            (#"ECHO "\x4g""#, ["ECHO", "x4g"]), (#"ECHO "\\""#, ["ECHO", "\\"]), (#""""#, [""]), ("'' a", ["", "a"]),
            ("PING a\rb", ["PING", "a", "b"]), ("PING a\u{0B}b", ["PING", "a\u{0B}b"]),
            ("PING \"a\"\u{0B}b", ["PING", "a", "\u{0B}b"].map { $0.replacing("\u{0B}", with: "") }),
            ("PING\r", ["PING"]),
            (#"ECHO '"'"#, ["ECHO", "\""]), (#"ECHO "'""#, ["ECHO", "'"]), (#"ECHO a\n"#, ["ECHO", #"a\n"#]),
            (#"a "b" c 'd' e"#, ["a", "b", "c", "d", "e"]), ("ECHO 'a\\\\b'", ["ECHO", "a\\\\b"]),
        ] as [(String, [String])])
    func arguments(_ line: String, _ arguments: [String]) {
        let want = Decoded.command(arguments.map { Array($0.utf8) })
        #expect(Decoded.all(inAnyCut: line + "\r\nPING\r\n") == [want, .command("PING")])
        #expect(Decoded.all(inAnyCut: line + "\nx 'y'\nz\n") == [want, .command("x", "y"), .command("z")])
    }

    @Test func anyBytes() {
        #expect(
            Decoded.all(inAnyCut: Array("PING \"".utf8) + [0xFF, 0x80] + Array("\" ".utf8) + [0xFE, 0x0A])
                == [.command([Array("PING".utf8), [0xFF, 0x80], [0xFE]])])
        #expect(Decoded.all(inAnyCut: "PING \"\\xff\\x00\"\n") == [.command([Array("PING".utf8), [0xFF, 0x00]])])
        // Redis stops at a NUL and waits for more; here it is a byte.
        #expect(Decoded.all(inAnyCut: "PING a\0b\r\n") == [.command("PING", "a\0b")])
    }
}
