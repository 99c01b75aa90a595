// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import RESPEngine

@Suite("Who may do what, as Redis with requirepass has it")
struct SessionAccessTests {
    private let noAuth = "-NOAUTH Authentication required.\r\n"
    private let wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n"

    private func locked(_ change: (inout SessionRules) -> Void = { _ in }) -> Talk<MemoryStore> {
        var rules = SessionRules()
        rules.authenticates = true
        change(&rules)
        let talk = Talk(rules)
        talk.passwords = ["default": "secret", "ann": "pass"]
        return talk
    }

    @Test func nothingButGreetingsBeforeAuthentication() {
        let talk = locked()
        for line in ["GET a", "PING", "SUBSCRIBE a", "MONITOR", "CLIENT ID", "COMMAND", "INFO", "CONFIG GET *"] {
            let reply = talk.say(line)
            #expect(reply == noAuth, "to \(line)")
        }
        // What is no command is told even so.
        #expect(talk.say("foo") == "-ERR unknown command 'foo', with args beginning with: \r\n")
        #expect(talk.say("GET") == "-ERR wrong number of arguments for 'get' command\r\n")
        #expect(talk.say("RESET") == "+RESET\r\n")
        #expect(talk.say("HELLO 3").hasPrefix("-NOAUTH HELLO must be called with the client already authenticated, "))
        #expect(talk.session.user == nil)
        #expect(talk.say("QUIT") == "+OK\r\n")
        #expect(talk.isClosed)
    }

    @Test func passwordsOpen() {
        let talk = locked()
        #expect(talk.say("AUTH secret") == "+OK\r\n")
        #expect(talk.session.user == "default")
        #expect(talk.say("AUTH ann pass") == "+OK\r\n")
        #expect(talk.session.user == "ann")
        #expect(talk.say("GET a") == "$-1\r\n")
        // A wrong password changes nothing for whoever is known.
        #expect(talk.say("AUTH ann no") == wrong)
        #expect(talk.session.user == "ann")
        #expect(talk.say("RESET") == "+RESET\r\n")
        #expect(talk.say("GET a") == noAuth)
        #expect(talk.session.user == nil)
    }

    @Test func greetingsOpenToo() {
        let talk = locked()
        #expect(talk.say("HELLO 3 AUTH ann wrong SETNAME x") == wrong)
        #expect(talk.session.name.isEmpty)
        #expect(talk.session.version == .two)
        #expect(talk.say("HELLO 3 SETNAME me AUTH ann pass").hasPrefix("%7\r\n$6\r\nserver\r\n"))
        #expect(talk.session.name == Array("me".utf8))
        #expect(talk.session.user == "ann")
        #expect(talk.say("GET a") == "_\r\n")
    }

    @Test func whoeverIsWrongTooOftenIsThrownOut() {
        let talk = locked { $0.mostFailures = 3 }
        #expect(talk.say("AUTH a") == wrong)
        // To start over is of no help.
        #expect(talk.say("RESET") == "+RESET\r\n")
        #expect(talk.say("HELLO 2 AUTH ann b") == wrong)
        #expect(!talk.isClosed)
        #expect(talk.say("AUTH ann c") == wrong)
        #expect(talk.isClosed)
    }

    @Test func whereNobodyMustAuthenticateNobodyIsThrownOut() {
        let talk = Talk()
        for _ in 0..<10 {
            let reply = talk.say("AUTH nosuch x")
            #expect(reply == wrong)
        }
        #expect(!talk.isClosed)
        #expect(talk.say("PING") == "+PONG\r\n")
    }

    @Test func nobodyCanTell() {
        var rules = SessionRules()
        rules.authenticates = true
        var session = Session(rules, id: 1)
        var reply = ReplyWriter()
        let credentials = Credentials(user: "a", password: "b", greeting: nil)
        let action = session.authenticated(credentials, .unavailable, &reply)
        #expect(action == .none)
        let text = copy(reply.bytes)
        #expect(text == Array("-ERR nobody can be authenticated at the moment\r\n".utf8))
        #expect(!session.isAuthenticated)
    }

    @Test func passwordsAreNotTakenInTheOpen() {
        let talk = locked { $0.allowsPasswords = false }
        let reply = "-ERR a password is only taken over TLS: it would be readable on the way\r\n"
        #expect(talk.say("AUTH secret") == reply)
        #expect(talk.say("AUTH ann pass") == reply)
        #expect(talk.say("HELLO 3 AUTH ann pass") == reply)
        #expect(talk.session.user == nil)
    }

    @Test func fewAndShortWordsBeforeAuthentication() {
        var talk = locked()
        #expect(talk.send(Array("*11\r\n".utf8)) == "-ERR Protocol error: unauthenticated multibulk length\r\n")
        #expect(talk.isClosed)
        talk = locked()
        #expect(talk.send(Array("*2\r\n$16385\r\n".utf8)) == "-ERR Protocol error: unauthenticated bulk length\r\n")
        #expect(talk.isClosed)
        talk = locked()
        _ = talk.say("AUTH secret")
        #expect(talk.say(words: [Array("ECHO".utf8), Array(repeating: 0x61, count: 17_000)]).utf8.count == 17_010)
        // Whoever starts over is held to the limits again.
        _ = talk.say("RESET")
        #expect(talk.send(Array("*11\r\n".utf8)) == "-ERR Protocol error: unauthenticated multibulk length\r\n")
    }

    @Test func resetForgetsAll() {
        let talk = Talk()
        _ = talk.say("HELLO 3 SETNAME me")
        for line in ["SELECT 3", "SUBSCRIBE a", "PSUBSCRIBE b", "MONITOR"] { _ = talk.say(line) }
        #expect(talk.session.database == 3 && talk.session.isMonitor && talk.session.version == .three)
        #expect(talk.say("RESET") == "+RESET\r\n")
        #expect(talk.action == .forget([.channel(Array("a".utf8)), .pattern(Array("b".utf8))]))
        let session = talk.session
        #expect(session.database == 0 && !session.isMonitor && session.version == .two)
        #expect(session.name.isEmpty && session.subscriptions.isEmpty)
    }
}
