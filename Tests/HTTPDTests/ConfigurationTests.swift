// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

private struct Settings: ModuleConfiguration {
    var title = Setting("none")
    var limit = Setting<ByteCount>(1024)
    var words: [String] = []

    static var directives: [Directive<Self>] {
        Directive("Title", \.title, help: "a title")
        Directive("Limit", \.limit, help: "a limit")
        Directive("Word", appendingTo: \.words, help: "a word; may be repeated")
    }
}

private enum Configured: Plugin {
    static let name: StaticString = "Configured"

    static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: Settings.self)
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
            ("Other", "a", "there is no directive 'Other': choose from Title, Limit, Word"),
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
