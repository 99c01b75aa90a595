// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Testing

@Suite("The arguments of a directive")
struct ArgumentListTests {
    @Test(
        arguments: [
            ("", []),
            ("  \t ", []),
            ("one", ["one"]),
            ("one two\tthree ", ["one", "two", "three"]),
            ("\"one two\" three", ["one two", "three"]),
            ("'one two' three", ["one two", "three"]),
            ("key=\"value with spaces\" other='x y'", ["key=value with spaces", "other=x y"]),
            ("\"a \\\" b\"", ["a \" b"]),
            ("\"a \\\\\"", ["a \\"]),
            ("\"a \\n\"", ["a \\n"]),
            ("'it\"s' \"it's\"", ["it\"s", "it's"]),
            ("it's a\"b", ["it's", "a\"b"]),
            ("\"\" ''", ["", ""]),
            ("key=", ["key="]),
            ("a\\ b", ["a\\", "b"]),
            ("\"a\"b", ["ab"]),
            ("s/\"/x/n", ["s/\"/x/n"]),
            ("h\u{e9} \u{1F600}", ["h\u{e9}", "\u{1F600}"]),
        ] as [(String, [String])])
    func wordsAndQuotes(_ line: String, _ words: [String]) throws {
        #expect(try ArgumentList(parsing: line).words == words)
    }

    @Test(arguments: [("\"open", "\""), ("'open", "'"), ("key=\"open", "\""), ("\"open\\\"", "\""), ("\"a\" '", "'")])
    func aQuoteThatIsNotClosed(_ line: String, _ quote: String) {
        let sentence = "a quote is not closed: add \(quote) at the end of the argument"
        #expect(throws: DirectiveError(sentence)) {
            _ = try ArgumentList(parsing: line)
        }
    }
}
