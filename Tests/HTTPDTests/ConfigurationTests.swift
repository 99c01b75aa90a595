// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

/// Two words.
private struct Pair: DirectiveWords, Equatable {
    let text: String

    init(directiveArguments words: [String]) throws(DirectiveError) {
        guard words.count == 2 else { throw DirectiveError("takes two words, not \(words.count)") }
        text = words.joined(separator: "-")
    }

    init(_ first: String, _ second: String) {
        text = first + "-" + second
    }
}

private struct Bounds: FilterOptions, Sendable {
    var low = Setting(0)
    var high = Setting(9)
    static var options: [Option<Self>] {
        Option("low", \.low)
        Option("high", \.high, in: 1...9)
    }
}

private struct Settings: ModuleConfiguration {
    var title = Setting("none")
    var limit = Setting<ByteCount>(1024)
    var words: [String] = []
    var level = Setting(1)
    var pair = Setting(Pair("a", "b"))
    var pairs: [Pair] = []
    var bounds = Bounds()

    static var directives: [Directive<Self>] {
        Directive("Title", \.title, help: "a title")
        Directive("Limit", \.limit, help: "a limit")
        Directive("Word", appendingTo: \.words, help: "a word; may be repeated")
        Directive("Level", \.level, within: 1...9, help: "a level")
        Directive("Pair", words: \.pair, help: "two words")
        Directive("Pairs", appendingWordsTo: \.pairs, help: "two words; may be repeated")
        Directive("Bounds", options: \.bounds, help: "low= and high=")
    }
}

/// What is worked out of the settings.
private final class Worked: CompiledConfiguration {
    let text: String

    init(compiling configuration: Settings) {
        text = "\(configuration.title.value)/\(configuration.level.value)"
    }
}

private enum Configured: Plugin {
    static let name: StaticString = "Configured"

    static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: Settings.self)
        registry.handler("Bounds") { request throws(HTTPDError) in
            let settings = request.configuration(Settings.self)
            try request.write("\(settings.bounds.low.value) \(settings.bounds.high.value) \(settings.pair.value.text)")
            return .ok
        }
        registry.handler("Worked") { request throws(HTTPDError) in
            let worked = request.compiled(Worked.self)
            let isSame = request.compiled(Worked.self) === worked
            try request.write("\(worked.text) \(isSame)")
            return .ok
        }
        registry.handler("Show") { request throws(HTTPDError) in
            let settings = request.configuration(Settings.self)
            try request.write("\(settings.title.value) \(settings.limit.value.bytes) \(settings.words)")
            return .ok
        }
    }
}

@Suite("Directives and merging")
struct ConfigurationTests {
    private func show(_ lines: (String, String)...) throws -> String {
        let plugin = try EmbeddedPlugin(Configured.self, directives: lines.map { (directive: $0.0, arguments: $0.1) })
        let request = EmbeddedRequest()
        #expect(try plugin.handle("Show", request) == .ok)
        return request.responseText
    }

    @Test func whatIsWorkedOutOfASectionIsOneObject() throws {
        let plugin = try EmbeddedPlugin(
            Configured.self, directives: [(directive: "Title", arguments: "x"), (directive: "Level", arguments: "7")])
        for _ in 0..<2 {
            let request = EmbeddedRequest()
            #expect(try plugin.handle("Worked", request) == .ok)
            #expect(request.responseText == "x/7 true")
        }
    }

    @Test func defaults() throws {
        #expect(try show() == "none 1024 []")
    }

    @Test func whatIsSetIsSeen() throws {
        let text = try show(("Title", "\"of two words\""), ("Word", "a"), ("Limit", "2K"), ("Word", "b"))
        #expect(text == "of two words 2048 [\"a\", \"b\"]")
    }

    @Test(
        arguments: [
            ("Title", "", "Title: takes one argument, not 0: put quotes around one with spaces"),
            ("Title", "a b", "Title: takes one argument, not 2: put quotes around one with spaces"),
            ("Word", "a b", "Word: takes one argument, not 2: put quotes around one with spaces"),
            ("Limit", "x", "Limit: must be a number of bytes such as 8192, 64K or 10M, not 'x'"),
            ("Title", "'a", "Title: a quote is not closed: add ' at the end of the argument"),
            (
                "Other", "a",
                "there is no directive 'Other': choose from Title, Limit, Word, Level, Pair, Pairs, Bounds"
            ),
            ("Level", "10", "Level: must be from 1 to 9, not '10'"),
            ("Level", "1 2", "Level: takes one argument, not 2: put quotes around one with spaces"),
            ("Pair", "a", "Pair: takes two words, not 1"),
            ("Pairs", "", "Pairs: takes two words, not 0"),
            ("Bounds", "", "Bounds: takes at least one of low=, high="),
            ("Bounds", "low", "Bounds: 'low' must be key=value"),
            ("Bounds", "high=10", "Bounds: option 'high' must be from 1 to 9, not '10'"),
            ("Bounds", "low=1 low=2", "Bounds: option 'low' is given twice: leave one of them out"),
            ("Bounds", "mid=1", "Bounds: there is no option 'mid': choose from low, high"),
        ])
    func wrongDirectives(_ name: String, _ arguments: String, _ sentence: String) {
        #expect(throws: DirectiveError(sentence)) { try show((name, arguments)) }
    }

    @Test func settingsKnowWhetherTheyAreSet() {
        var setting = Setting(1)
        #expect(setting.value == 1 && setting.explicit == nil)
        setting.value = 1
        #expect(setting.explicit == 1)
    }

    @Test func innerSectionsWinAndListsGrow() {
        var outer = Settings()
        outer.title.value = "outer"
        outer.limit.value = 2048
        outer.words = ["a"]
        var inner = Settings()
        inner.title.value = "inner"
        inner.words = ["b", "c"]
        let merged = outer.merged(with: inner)
        #expect(merged.title.value == "inner" && merged.limit.value.bytes == 2048)
        #expect(merged.words == ["a", "b", "c"])
    }

    @Test func wordsAndOptionsMergeEachForItself() throws {
        var outer = Settings()
        outer.level.value = 5
        outer.pair.value = Pair("c", "d")
        outer.pairs = [Pair("e", "f")]
        outer.bounds.low.value = 3
        outer.bounds.high.value = 4
        var inner = Settings()
        inner.pairs = [Pair("g", "h")]
        inner.bounds.high.value = 9
        let merged = outer.merged(with: inner)
        #expect(merged.level.value == 5 && merged.pair.value.text == "c-d")
        #expect(merged.pairs.map(\.text) == ["e-f", "g-h"])
        #expect(merged.bounds.low.value == 3 && merged.bounds.high.value == 9)
    }

    @Test func repeatedOptionsAddUp() throws {
        let plugin = try EmbeddedPlugin(
            Configured.self,
            directives: [("Bounds", "low=2"), ("Bounds", "high=5"), ("Bounds", "low=4"), ("Pair", "x y")])
        let request = EmbeddedRequest()
        #expect(try plugin.handle("Bounds", request) == .ok)
        #expect(request.responseText == "4 5 x-y")
    }

    @Test func mergingHasNoSideAndNoOrder() {
        var settings = (0..<3).map { index in
            var one = Settings()
            one.words = ["\(index)"]
            return one
        }
        settings[1].title.value = "middle"
        let left = settings[0].merged(with: settings[1]).merged(with: settings[2])
        let right = settings[0].merged(with: settings[1].merged(with: settings[2]))
        #expect(left.words == ["0", "1", "2"] && right.words == left.words)
        #expect(left.title.value == "middle" && right.title.value == "middle")
        // An explicit value that equals the default still wins over the outer section's.
        var back = Settings()
        back.title.value = "none"
        #expect(settings[1].merged(with: back).title.value == "none")
    }

    @Test func anUnsetSectionTakesAllFromTheOuter() {
        var outer = Settings()
        outer.title.value = "outer"
        #expect(outer.merged(with: Settings()).title.value == "outer")
        #expect(Settings().merged(with: outer).title.explicit == "outer")
    }
}
