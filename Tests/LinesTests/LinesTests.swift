// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@testable import Lines

/// The registry of topics is one for the process, so each test names topics of its own.
@Suite("The line protocol over embedded connections")
struct LinesTests {
    /// A connection that has sent its banner.
    static func connect(
        _ options: [String: String] = [:], _ sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> EmbeddedConnection {
        let pairs = options.map { (key: $0.key, value: $0.value) }
        let connection = try EmbeddedConnection(try EmbeddedPlugin(LinesPlugin.self), "Lines", options: pairs)
        connection.open()
        #expect(
            connection.takeText() == "220 localhost Lines is ready; try HELP\r\n", sourceLocation: sourceLocation)
        return connection
    }

    @Test("A session from banner to goodbye, one line at a time, and all at once")
    func session() throws {
        let talk = [
            ("UPPER hello\n", "250 HELLO\r\n"), ("upper Gr\u{fc}\u{df}e\r\n", "250 GR\u{dc}SSE\r\n"),
            ("NONSENSE\n", "502 there is no such command; try HELP\r\n"),
            ("SUBSCRIBE session\n", "250 subscribed to session\r\n"),
            ("PUBLISH session hi\n", "250 1 got it\r\n* session hi\r\n"), ("QUIT\n", "221 goodbye\r\n"),
        ]
        let connection = try Self.connect()
        for (line, reply) in talk {
            connection.receive(line)
            #expect(connection.takeText() == reply)
        }
        #expect(connection.isClosed)
        #expect(connection.log.isEmpty)

        let pipelined = try Self.connect()
        pipelined.receive(talk.filter { !$0.0.hasPrefix("PUBLISH") }.map(\.0).joined() + "UPPER too late\n")
        #expect(pipelined.takeText() == talk.filter { !$0.0.hasPrefix("PUBLISH") }.map(\.1).joined())
        #expect(pipelined.isClosed)
    }

    @Test("One byte at a time, a session is the same")
    func drip() throws {
        let connection = try Self.connect()
        for byte in Array("UPPER \u{e9}t\u{e9}\r\nTI".utf8) { connection.receive([byte]) }
        #expect(connection.takeText() == "250 \u{c9}T\u{c9}\r\n")
        for byte in Array("ME\n".utf8) { connection.receive([byte]) }
        #expect(connection.takeText().wholeMatch(of: /250 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\r\n/) != nil)
    }

    @Test("Wherever the stream is cut in two, and byte by byte, the replies are the same")
    func cuts() throws {
        var sent = Array("UPPER gr\u{fc}\u{df}e\r\nNO\n\nSUBSCRIBE cut/\n".utf8)
        sent += Array("UPPER ".utf8) + [0xFF, 13, 10] + Array(repeating: UInt8(ascii: "x"), count: 70) + [10]
        sent += Array("AUTH jo\nPASS p\u{e4}ss\nPUBLISH cut x\r\nQUIT\nTIME\n".utf8)
        func replies(_ pieces: [ArraySlice<UInt8>]) throws -> String {
            let connection = try Self.connect(["maximum": "64", "auth": "file"])
            connection.addUser("jo", password: "p\u{e4}ss")
            for piece in pieces { connection.receive(Array(piece)) }
            #expect(connection.isClosed)
            return connection.takeText()
        }
        let whole = try replies([sent[...]])
        #expect(
            whole.split(separator: "\r\n").map { $0.prefix(3) }
                == ["250", "502", "500", "250", "501", "500", "334", "235", "250", "221"])
        for cut in 1..<sent.count {
            #expect(try replies([sent[..<cut], sent[cut...]]) == whole, "cut at \(cut)")
        }
        #expect(try replies(sent.indices.map { sent[$0...$0] }) == whole)
    }

    @Test("After an over-long line, and one that is no UTF-8, the next one counts")
    func recovery() throws {
        let connection = try Self.connect(["maximum": "64"])
        connection.receive("UPPER " + String(repeating: "x", count: 1_000))
        #expect(connection.takeText() == "500 the line is too long, and was not read\r\n")
        connection.receive(String(repeating: "y", count: 1_000))
        #expect(connection.takeText().isEmpty, "it is told once")
        connection.receive("QUIT\nUPPER ok\n")
        #expect(connection.takeText() == "250 OK\r\n", "what ends the long line is no command")
        connection.receive(Array("UPPER ".utf8) + [0xC3, 0x28, 10] + Array("UPPER ok\n".utf8))
        #expect(connection.takeText() == "501 the line is not UTF-8\r\n250 OK\r\n")
        #expect(!connection.isClosed)
        #expect(connection.log.isEmpty)
    }

    @Test("A line that the client did not end is not done: it may be half of what was meant")
    func unfinished() throws {
        let connection = try Self.connect()
        connection.receive("UPPER done\nUPPER not do")
        connection.endInput()
        #expect(connection.takeText() == "250 DONE\r\n")
        #expect(connection.isClosed)
    }

    @Test("A message reaches those who subscribed to its topic, and nobody else")
    func messages() throws {
        let (first, second, third) = (try Self.connect(), try Self.connect(), try Self.connect())
        first.receive("SUBSCRIBE m/one\n")
        second.receive("SUBSCRIBE m/one\nSUBSCRIBE m/two\n")
        third.receive("SUBSCRIBE m/two\n")
        for connection in [first, second, third] { _ = connection.take() }
        third.receive("PUBLISH m/one it rains\nPUBLISH m/none who hears this\n")
        #expect(third.takeText() == "250 2 got it\r\n250 0 got it\r\n")
        for connection in [first, second, third] { connection.settle() }
        #expect(first.takeText() == "* m/one it rains\r\n")
        #expect(second.takeText() == "* m/one it rains\r\n")
        #expect(third.takeText().isEmpty)
        first.receive("UNSUBSCRIBE m/one\n")
        #expect(first.takeText() == "250 unsubscribed from m/one\r\n")
        third.receive("PUBLISH m/one again\n")
        #expect(third.takeText() == "250 1 got it\r\n")
    }

    @Test("A connection that ends is forgotten, however it ends")
    func cleaning() throws {
        let publisher = try Self.connect()
        for end in 0..<4 {
            let subscriber = try Self.connect()
            subscriber.receive("SUBSCRIBE c/topic\nSUBSCRIBE c/other\n")
            publisher.receive("PUBLISH c/topic x\n")
            #expect(publisher.takeText() == "250 1 got it\r\n")
            switch end {
            case 0: subscriber.receive("QUIT\n")
            case 1: subscriber.endInput()
            case 2: subscriber.drain(within: .seconds(1))
            default:
                subscriber.breakOff()
                subscriber.receive("HELP\n")
            }
            #expect(subscriber.isClosed)
            publisher.receive("PUBLISH c/topic x\nPUBLISH c/other x\n")
            #expect(publisher.takeText() == "250 0 got it\r\n250 0 got it\r\n")
            let name = Topics.Name(space: "localhost:80", topic: try #require(Topic("c/other")))
            #expect(!Topics.shared.isKnown(name), "nothing is left of end \(end)")
        }
    }

    @Test("Hosts that name a space share their topics, and the others do not hear them")
    func spaces() throws {
        let (own, red, alsoRed) = (
            try Self.connect(), try Self.connect(["space": "red"]), try Self.connect(["space": "red"])
        )
        for connection in [own, red] {
            connection.receive("SUBSCRIBE s\n")
            _ = connection.take()
        }
        alsoRed.receive("PUBLISH s x\n")
        for connection in [own, red] { connection.settle() }
        #expect(alsoRed.takeText() == "250 1 got it\r\n")
        #expect(own.takeText().isEmpty)
        #expect(red.takeText() == "* s x\r\n")
    }

    @Test("A client that takes nothing loses messages, and costs no more than its mailbox")
    func slowSubscriber() throws {
        let slow = try Self.connect(["mailbox": "1K", "highwater": "64", "lowwater": "16"])
        slow.receive("SUBSCRIBE slow\n")
        _ = slow.take()
        slow.stopTaking()
        let publisher = try Self.connect()
        let text = String(repeating: "z", count: 100)
        var accepted = 0
        for _ in 0..<1_000 {
            publisher.receive("PUBLISH slow \(text)\n")
            if publisher.takeText() == "250 1 got it\r\n" { accepted += 1 }
            slow.settle()
        }
        #expect(accepted > 0 && accepted < 20, "\(accepted) messages of 1,000 were taken")
        slow.takeAgain()
        slow.settle()
        #expect(slow.takeText() == String(repeating: "* slow \(text)\r\n", count: accepted), "whole messages, in order")
    }

    @Test("A user of a provider may publish; a wrong one may not, and is thrown out in the end")
    func authentication() throws {
        let connection = try Self.connect(["auth": "file"])
        connection.addUser("jo", password: "open sesame")
        connection.receive("PUBLISH a x\nAUTH jo\nPASS open\nAUTH no\nPASS open sesame\nTIME x\n")
        #expect(
            connection.takeText().split(separator: "\r\n").map { $0.prefix(3) } == [
                "530", "334", "535", "334", "535", "501",
            ])
        connection.receive("AUTH jo\nPASS open sesame\nPUBLISH a x\n")
        #expect(connection.takeText().split(separator: "\r\n").map { $0.prefix(3) } == ["334", "235", "250"])
        #expect(connection.log.allSatisfy { !$0.text.contains("open") }, "no password is in the log")
        #expect(connection.log.map(\.text).contains { $0.contains("'jo' did not authenticate") })

        let other = try Self.connect(["auth": "file", "attempts": "2"])
        other.receive("AUTH jo\nPASS a\nAUTH jo\nPASS b\nTIME\n")
        #expect(other.takeText().hasSuffix("334 send PASS and the password\r\n421 too many failures\r\n"))
        #expect(other.isClosed)
        let broken = try Self.connect(["auth": "broken"])
        broken.receive("AUTH jo\nPASS a\n")
        #expect(broken.takeText().hasSuffix("454 nobody can be authenticated at the moment\r\n"))
    }

    @Test("The deadlines and the end of the child say goodbye with 421")
    func goodbyes() throws {
        let idle = try Self.connect(["idle": "30"])
        idle.advance(by: .seconds(31))
        #expect(idle.takeText() == "421 nothing was sent for too long\r\n")
        #expect(idle.isClosed)
        let slow = try Self.connect(["frame": "5"])
        slow.receive("UPP")
        slow.advance(by: .seconds(6))
        #expect(slow.takeText() == "421 the line took too long\r\n")
        let long = try Self.connect(["connection": "1h"])
        long.advance(by: .seconds(3_601))
        #expect(long.takeText() == "421 the time is up\r\n")
        let drained = try Self.connect()
        drained.drain(within: .seconds(10))
        #expect(drained.takeText() == "421 the server goes away; come back soon\r\n")
        #expect(drained.isClosed)
    }

    @Test("What is wrong with an option is said in a sentence")
    func options() {
        for (key, value, part) in [
            ("auth", "nobody", "there is no authentication provider 'nobody'"), ("auth", "file,", "such as file"),
            ("maximum", "10", "64 to 65536"), ("topics", "0", "1 to 1000"), ("secure", "maybe", "On or Off"),
        ] {
            #expect {
                _ = try EmbeddedConnection(
                    try EmbeddedPlugin(LinesPlugin.self), "Lines", options: [(key: key, value: value)])
            } throws: { error in
                let message = (error as? DirectiveError)?.message ?? ""
                return message.contains("option '\(key)'") && message.contains(part)
            }
        }
    }
}
