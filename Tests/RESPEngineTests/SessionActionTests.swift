// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Testing

@Suite("What a session leaves to the server, and what it says of itself")
struct SessionActionTests {
    private func filter(_ change: (inout ClientFilter) -> Void) -> ClientFilter {
        var filter = ClientFilter()
        change(&filter)
        return filter
    }

    @Test func filtersOfClients() {
        let talk = Talk()
        let expected: [(String, Action)] = [
            ("CLIENT LIST", .listClients(ClientFilter())),
            ("CLIENT LIST TYPE normal", .listClients(filter { $0.isSubscriber = false })),
            ("CLIENT LIST TYPE PubSub", .listClients(filter { $0.isSubscriber = true })),
            ("CLIENT LIST TYPE master", .listClients(filter { $0.isNone = true })),
            ("CLIENT LIST ID 1 22 0 -3", .listClients(filter { $0.ids = [1, 22, 0, -3] })),
            ("CLIENT INFO", .describeClient),
            ("CLIENT KILL 1.2.3.4:5", .kill(filter { $0.address = "1.2.3.4:5" }, isOldForm: true)),
            (
                "CLIENT KILL ID 3 ADDR a:1 LADDR b:2 USER u TYPE normal SKIPME no",
                .kill(
                    filter {
                        ($0.ids, $0.address, $0.localAddress) = ([3], "a:1", "b:2")
                        ($0.user, $0.isSubscriber) = ("u", false)
                    }, isOldForm: false)
            ),
            (
                "client kill type replica skipme YES",
                .kill(
                    filter {
                        ($0.isNone, $0.skipsSelf) = (true, true)
                    }, isOldForm: false)
            ),
            ("CLIENT KILL ID 9", .kill(filter { ($0.ids, $0.skipsSelf) = ([9], true) }, isOldForm: false)),
            ("PUBLISH c m", .publish(channel: [0x63], message: [0x6D])),
            ("INFO", .describeServer([])),
            ("INFO Clients CPU", .describeServer(["clients", "cpu"])),
            ("MONITOR", .monitor),
            ("QUIT", .close),
        ]
        for (line, action) in expected {
            _ = talk.say(line)
            #expect(talk.action == action, "to \(line)")
        }
    }

    @Test func whatAClientSaysOfItself() {
        let talk = Talk()
        #expect(talk.say("CLIENT ID") == ":7\r\n")
        #expect(talk.say("CLIENT SETINFO LIB-NAME redis-py(x)") == "+OK\r\n")
        #expect(talk.say("CLIENT SETINFO lib-ver 5.0") == "+OK\r\n")
        #expect(talk.session.library.name == Array("redis-py(x)".utf8))
        #expect(talk.session.library.version == Array("5.0".utf8))
        // The texts of Redis 7.2, which has this command.
        #expect(talk.say("CLIENT SETINFO foo x") == "-ERR Unrecognized option 'foo'\r\n")
        #expect(
            talk.say("CLIENT SETINFO lib-name \"a b\"")
                == "-ERR lib-name cannot contain spaces, newlines or special characters.\r\n")
        #expect(talk.say("TIME") == "*2\r\n$10\r\n1700000000\r\n$4\r\n5000\r\n")
        talk.moment = 1_700_000_001_000_007
        #expect(talk.say("TIME") == "*2\r\n$10\r\n1700000001\r\n$1\r\n7\r\n")
    }

    @Test func subscriptionsBeginAndEndOnce() {
        let talk = Talk()
        let (a, b) = (Subscription.channel([0x61]), Subscription.channel([0x62]))
        _ = talk.say("SUBSCRIBE a b a")
        #expect(talk.action == .subscribe([a, b], isOn: true))
        _ = talk.say("SUBSCRIBE b")
        #expect(talk.action == .subscribe([], isOn: true))
        _ = talk.say("PSUBSCRIBE a")
        #expect(talk.action == .subscribe([.pattern([0x61])], isOn: true))
        _ = talk.say("UNSUBSCRIBE x a a")
        #expect(talk.action == .subscribe([a], isOn: false))
        _ = talk.say("UNSUBSCRIBE")
        #expect(talk.action == .subscribe([b], isOn: false))
        #expect(talk.session.subscriptions == [.pattern([0x61])])
    }

    @Test(arguments: ["POST / HTTP/1.1", "post", "Host: a", "hOST:"])
    func requestsOfHTTPAreNotAnswered(_ line: String) {
        let talk = Talk()
        #expect(talk.say(line + "\r\nSET a b") == "")
        #expect(talk.isClosed)
        var rules = SessionRules()
        let isRenamed = rules.commands.rename(.get, to: "post")
        #expect(isRenamed)
        #expect(Talk(rules).say("POST a") == "$-1\r\n")
    }

    @Test func allSubscriptionsEndInTheOrderOfTheirNames() {
        let talk = Talk()
        let names = (10..<60).map { "c\($0)" }
        _ = talk.say("SUBSCRIBE " + names.shuffled().joined(separator: " "))
        _ = talk.say("UNSUBSCRIBE")
        #expect(talk.action == .subscribe(names.map { .channel(Array($0.utf8)) }, isOn: false))
    }

    @Test func noMoreSubscriptionsThanAllowed() {
        var rules = SessionRules()
        rules.mostSubscriptions = 2
        let talk = Talk(rules)
        let told = "*3\r\n$9\r\nsubscribe\r\n$1\r\n"
        #expect(
            talk.say("SUBSCRIBE a b c d")
                == told + "a\r\n:1\r\n" + told + "b\r\n:2\r\n-ERR too many subscriptions: 2 are allowed\r\n")
        #expect(talk.action == .subscribe([.channel([0x61]), .channel([0x62])], isOn: true))
        #expect(talk.say("SUBSCRIBE a") == told + "a\r\n:2\r\n")
        #expect(talk.say("PSUBSCRIBE c") == "-ERR too many subscriptions: 2 are allowed\r\n")
        _ = talk.say("UNSUBSCRIBE a")
        #expect(talk.say("PSUBSCRIBE c") == "*3\r\n$10\r\npsubscribe\r\n$1\r\nc\r\n:2\r\n")
    }

    @Test func namesOfSubscriptionsTakeNoMoreThanAllowed() {
        var rules = SessionRules()
        rules.subscriptionBytes = 5
        let talk = Talk(rules)
        #expect(talk.say("SUBSCRIBE abc").hasSuffix(":1\r\n"))
        let refused = "-ERR the names of subscriptions are too long: 5 bytes are allowed\r\n"
        #expect(talk.say("PSUBSCRIBE abc") == refused)
        #expect(talk.say("PSUBSCRIBE ab").hasSuffix(":2\r\n"))
        _ = talk.say("UNSUBSCRIBE abc")
        #expect(talk.say("PSUBSCRIBE abc").hasSuffix(":2\r\n"))
        #expect(talk.say("SUBSCRIBE a") == refused)
        _ = talk.say("RESET")
        #expect(talk.say("SUBSCRIBE abcde").hasSuffix(":1\r\n"))
    }

    @Test func patternsAndNamesThatOthersWouldWaitFor() {
        let talk = Talk()
        let long = String(repeating: "a", count: 1025)
        for line in ["SUBSCRIBE \(long)", "PSUBSCRIBE \(long)", "PUBLISH \(long) x"] {
            #expect(talk.say(line) == "-ERR the name is too long: 1024 bytes are allowed\r\n")
        }
        for line in ["KEYS \(long)", "SCAN 0 MATCH \(long)"] {
            #expect(talk.say(line) == "-ERR the pattern is too long: 1024 bytes are allowed\r\n")
        }
        #expect(talk.say("CLIENT SETNAME \(long)").hasPrefix("-ERR Client names cannot be longer"))
        for number in 0..<20 { _ = talk.say("SET \(number)\(String(repeating: "a", count: 20_000)) x") }
        let evil = "*" + String(repeating: "a", count: 1000) + "b"
        let began = ContinuousClock.now
        for line in ["KEYS \(evil)", "SCAN 0 MATCH \(evil) COUNT 100"] {
            #expect(talk.say(line) == "-ERR the pattern takes too long\r\n")
        }
        // In a debug build under load; each was four hundred million steps.
        #expect(ContinuousClock.now - began < .seconds(60))
        // What publishing costs is bounded likewise, and the next pattern has its steps.
        var effort = GlobEffort()
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1024)
        let slow = Array(("*" + String(repeating: "a", count: 500) + "b").utf8)
        #expect((0..<200).contains { _ in effort.matches(slow.span, text.span) == nil })
        #expect(effort.matches(slow.span, text.span) == nil)
        #expect(effort.matches([UInt8]("*a".utf8).span, text.span) == true)
        #expect(talk.say("KEYS 7*").hasPrefix("*1\r\n$20001\r\n7aaa"))
        #expect(talk.say("SCAN 0 MATCH *a*a COUNT 100").hasPrefix("*2\r\n$1\r\n0\r\n*20\r\n"))
    }

    @Test func settingsThatMatch() {
        var rules = SessionRules()
        rules.settings = { [("maxmemory", "10"), ("maxmemory-policy", "lru"), ("save", "")] }
        let talk = Talk(rules)
        #expect(talk.say("CONFIG GET save") == "*2\r\n$4\r\nsave\r\n$0\r\n\r\n")
        #expect(
            talk.say("config get MAX*y")
                == "*4\r\n$9\r\nmaxmemory\r\n$2\r\n10\r\n$16\r\nmaxmemory-policy\r\n$3\r\nlru\r\n")
        // Once, however many patterns match.
        #expect(talk.say("CONFIG GET s* sav? nosuch") == "*2\r\n$4\r\nsave\r\n$0\r\n\r\n")
        _ = talk.say("HELLO 3")
        #expect(talk.say("CONFIG GET save") == "%1\r\n$4\r\nsave\r\n$0\r\n\r\n")
    }

    @Test func commandsDescribeThemselves() throws {
        for version in ["2", "3"] {
            let talk = Talk()
            _ = talk.say("HELLO \(version)")
            let count = Command.allCases.count
            #expect(talk.say("COMMAND COUNT") == ":\(count)\r\n")
            #expect(try talk.value("COMMAND").items?.count == count)
            #expect(try talk.value("COMMAND INFO").items?.count == count)
            let two = try #require(try talk.value("COMMAND INFO get nosuch CLIENT").items)
            #expect(two.count == 3 && two[1] == .null)
            let get = try #require(two[0].items)
            #expect(get.count == 10)
            #expect(Array(get[0...1]) == [.bulk(Array("get".utf8)), .integer(2)])
            #expect(get[2].items == [.simple("readonly"), .simple("fast")])
            #expect(Array(get[3...5]) == [.integer(1), .integer(1), .integer(1)])
            let subcommands = try #require(two[2].items?.last?.items)
            #expect(subcommands.count == 8)
            #expect(subcommands.first?.items?.first == .bulk(Array("client|id".utf8)))
            #expect(subcommands.allSatisfy { $0.items?.count == 10 })
            let documents = try talk.value("COMMAND DOCS get nosuch set")
            #expect(documents.items?.count == 4)
            #expect(try talk.value("COMMAND DOCS").items?.count == 2 * count)
        }
    }

    @Test func linesForThoseWhoMonitor() {
        let words: [[UInt8]] = [
            Array("SET".utf8), [0x22, 0x5C, 0x0A, 0x0D, 0x09, 0x07, 0x08, 0x00, 0x7F, 0xFF, 0x20], [],
        ]
        #expect(
            monitored(words, 1_700_000_000_000_042)
                == "+1700000000.000042 [3 1.2.3.4:5] \"SET\" \"\\\"\\\\\\n\\r\\t\\a\\b\\x00\\x7f\\xff \" \"\"\r\n")
        #expect(
            monitored(["auth", "me", "pw"], 0) == "+0.000000 [3 1.2.3.4:5] \"auth\" \"(redacted)\" \"(redacted)\"\r\n")
        #expect(
            monitored(["HELLO", "3", "Auth", "me", "pw", "setname", "n"], 5)
                == "+0.000005 [3 1.2.3.4:5] \"HELLO\" \"3\" \"Auth\" \"(redacted)\" \"(redacted)\" \"setname\" \"n\"\r\n"
        )
        #expect(monitored([String](), -1_000_007).hasPrefix("+"))
        #expect(monitored([String](), .min).hasPrefix("+"))
    }

    private func monitored(_ words: [String], _ moment: Int64) -> String {
        monitored(words.map { Array($0.utf8) }, moment)
    }

    private func monitored(_ words: [[UInt8]], _ moment: Int64) -> String {
        String(
            decoding: withArguments(words) { MonitorLine.encode($0, database: 3, address: "1.2.3.4:5", moment) },
            as: UTF8.self)
    }

    @Test func whatIsShownToThoseWhoMonitor() {
        var rules = SessionRules()
        #expect(isShown(rules, "get", "a") && isShown(rules, "auth", "a") && isShown(rules, "client", "id"))
        for words in [
            ["nosuch"], ["get"], ["config", "get", "*"], ["monitor"], ["client", "list"], ["CLIENT", "Kill", "x"],
        ] {
            let isSeen = isShown(rules, words)
            #expect(!isSeen, "\(words)")
        }
        // By another name its password would not be known as one.
        let isRenamed = rules.commands.rename(.auth, to: "login")
        #expect(isRenamed)
        #expect(!isShown(rules, "login", "secret"))
        rules.authenticates = true
        #expect(!isShown(rules, "get", "a"))
    }

    private func isShown(_ rules: SessionRules, _ words: String...) -> Bool { isShown(rules, words) }

    private func isShown(_ rules: SessionRules, _ words: [String]) -> Bool {
        let session = Session(rules, id: 1)
        return withArguments(words.map { Array($0.utf8) }) { session.mayBeShown($0) }
    }
}

/// Lends words as the arguments of a command.
func withArguments<Result>(_ words: [[UInt8]], _ body: (borrowing Arguments) -> Result) -> Result {
    var writer = ReplyWriter()
    writer.array(words.count)
    for word in words { writer.bulk(word.span) }
    let bytes = copy(writer.bytes)
    var decoder = RESPDecoder()
    _ = decoder.decode(bytes.span)
    return body(decoder.arguments(of: bytes.span))
}

extension Talk {
    /// The one reply to a line.
    func value(_ line: String) throws -> ReplyValue {
        let reply = Array(say(line).unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        return try ReplyReader().value(of: reply.span)
    }
}

extension ReplyValue {
    /// What is in an array or set, or keys and values by turns.
    var items: [ReplyValue]? {
        switch self {
        case .array(let items), .set(let items): items
        case .map(let pairs): pairs.flatMap { [$0.key, $0.value] }
        default: nil
        }
    }
}
