// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Testing

@testable import Lines

extension StateMachine {
    fileprivate mutating func receive(_ line: String) -> Action {
        receive(line.utf8Span.span)
    }

    /// The number of the reply to a line, or `nil` when something else is to be done.
    fileprivate mutating func code(_ line: String) -> Int? {
        switch receive(line) {
        case .reply(let reply), .close(let reply): reply.code
        default: nil
        }
    }
}

@Suite("The rules of the line protocol")
struct StateMachineTests {
    private let news = Topic("news")

    private static func rules(_ change: (inout StateMachine.Rules) -> Void = { _ in }) -> StateMachine.Rules {
        var rules = StateMachine.Rules()
        rules.authenticates = true
        change(&rules)
        return rules
    }

    @Test("Without authentication everybody may publish, and AUTH is none of the commands")
    func open() throws {
        let news = try #require(news)
        var machine = StateMachine(StateMachine.Rules())
        #expect(machine.receive("PUBLISH news it rains") == .publish(news, "it rains"))
        #expect(machine.receive("UPPER stra\u{df}e") == .reply(.done("STRASSE")))
        #expect(machine.receive("TIME") == .tellTime)
        #expect(machine.code("AUTH jo") == 502)
        #expect(machine.code("PASS x") == 502)
        guard case .reply(let help) = machine.receive("HELP") else { return #expect(Bool(false)) }
        #expect(!help.text.contains("AUTH"))
        #expect(machine.receive("QUIT") == .close(.goodbye))
    }

    @Test("AUTH, then PASS, then PUBLISH; who was believed need not try again")
    func authentication() throws {
        let news = try #require(news)
        var machine = StateMachine(Self.rules())
        #expect(machine.code("PUBLISH news x") == 530)
        #expect(machine.code("PASS secret") == 503)
        #expect(machine.code("AUTH jo") == 334)
        #expect(machine.receive("PASS open sesame") == .check(user: "jo", password: "open sesame"))
        #expect(machine.code("PUBLISH news x") == 530, "nobody has looked at the password yet")
        #expect(machine.checked("jo", .granted) == .reply(.authenticated))
        #expect(machine.user == "jo")
        #expect(machine.receive("PUBLISH news x") == .publish(news, "x"))
        #expect(machine.code("AUTH jo") == 503)
    }

    @Test(
        "A claim holds for the next line only, whatever that is",
        arguments: ["TIME", "HELP", "nonsense", "", "PUBLISH news x", "AUTH other"])
    func claims(_ line: String) {
        var machine = StateMachine(Self.rules())
        #expect(machine.code("AUTH jo") == 334)
        _ = machine.receive(line)
        if line != "AUTH other" { #expect(machine.code("PASS x") == 503) }
        #expect(machine.code("AUTH jo") == 334)
        #expect(machine.receiveOverlong() == .reply(.overlong))
        #expect(machine.code("PASS x") == 503)
    }

    @Test("A wrong password and an unknown user get the same answer, and the third try is the last")
    func failures() {
        var machine = StateMachine(Self.rules())
        #expect(machine.checked("jo", .denied) == .reply(.authenticationFailed))
        #expect(machine.checked("nobody", .userNotFound) == .reply(.authenticationFailed))
        #expect(machine.checked("jo", .error) == .reply(.noVerdict), "this was not the client's fault")
        #expect(machine.checked("jo", .denied) == .close(.tooManyFailures))
        #expect(machine.user == nil)
    }

    @Test("Where passwords would be readable, none is asked for")
    func secure() {
        var machine = StateMachine(Self.rules { $0.allowsPasswords = false })
        #expect(machine.code("AUTH jo") == 538)
        #expect(machine.code("PASS x") == 538)
        #expect(machine.code("PUBLISH news x") == 530)
    }

    @Test("Subscriptions are counted, once each, and never above the limit")
    func subscriptions() throws {
        let news = try #require(news)
        let sports = try #require(Topic("sports"))
        let late = try #require(Topic("late"))
        var machine = StateMachine(Self.rules { $0.mostTopics = 2 })
        #expect(machine.receive("SUBSCRIBE news") == .subscribe(news))
        #expect(machine.topics.isEmpty, "the registry has not agreed yet")
        #expect(machine.subscribed(news, true) == .reply(.done("subscribed to news")))
        #expect(machine.receive("SUBSCRIBE news") == .reply(.done("subscribed to news")))
        #expect(machine.subscribed(sports, false) == .reply(.noRoom))
        #expect(machine.receive("SUBSCRIBE sports") == .subscribe(sports))
        _ = machine.subscribed(sports, true)
        #expect(machine.topics == [news, sports])
        #expect(machine.receive("SUBSCRIBE late") == .reply(.tooManyTopics))
        #expect(machine.code("UNSUBSCRIBE late") == 501)
        #expect(machine.receive("UNSUBSCRIBE news") == .unsubscribe(news))
        #expect(machine.receive("SUBSCRIBE late") == .subscribe(late))
    }

    @Test("For logs there is what a command is about, and never a password")
    func summaries() {
        var machine = StateMachine(Self.rules { $0.summarizes = true })
        for (line, summary) in [
            ("upper text", "UPPER"), ("PUBLISH news it rains", "PUBLISH news"), ("AUTH jo", "AUTH jo"),
            ("PASS open sesame", "PASS"), ("PASSWORD open sesame", "-"), ("", "-"), ("quit", "QUIT"),
        ] {
            _ = machine.receive(line)
            #expect(machine.summary == summary)
        }
        var silent = StateMachine(Self.rules())
        _ = silent.receive("TIME")
        #expect(silent.summary == nil)
    }
}
