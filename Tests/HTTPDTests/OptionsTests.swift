// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Testing

private struct Options: FilterOptions {
    var text = Setting("default")
    var level = Setting(5)

    static var options: [Option<Self>] {
        Option("text", \.text)
        Option("level", \.level, in: 1...9)
    }
}

@Suite("The options of a filter")
struct OptionsTests {
    private func read(_ pairs: (String, String)...) throws(DirectiveError) -> Options {
        try Options(pairs.map { (key: $0.0, value: $0.1) })
    }

    @Test func defaultsAndValues() throws {
        #expect(try read().text.value == "default")
        let options = try read(("level", "9"), ("text", "x"))
        #expect(options.text.value == "x" && options.level.value == 9)
    }

    @Test(
        arguments: [
            ([("size", "1")], "there is no option 'size': choose from text, level"),
            ([("", "")], "there is no option '': choose from text, level"),
            ([("level", "x")], "option 'level' must be a whole number, not 'x'"),
            ([("level", "0")], "option 'level' must be from 1 to 9, not '0'"),
            ([("level", "10")], "option 'level' must be from 1 to 9, not '10'"),
            ([("text", "a"), ("text", "b")], "option 'text' is given twice: leave one of them out"),
        ] as [([(String, String)], String)])
    func wrongOptions(_ pairs: [(String, String)], _ sentence: String) {
        #expect(throws: DirectiveError(sentence)) {
            _ = try Options(pairs.map { (key: $0.0, value: $0.1) })
        }
    }

    @Test func noOptionsTakeNone() {
        #expect(throws: DirectiveError("there is no option 'x': this one takes no options")) {
            _ = try NoOptions([(key: "x", value: "")])
        }
    }
}
