// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

/// Each file of Snippets is compiled against the modules of this build; the second line says which error is expected.
@Suite("What the types forbid does not compile")
struct MisuseTests {
    private static let folder = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))

    static let snippets = [
        "CapturesARequest", "ConsumesTheOutput", "CopiesABucket", "GivesARequestToATask", "HoldsTwoReads",
        "KeepsABucket", "KeepsASpan", "KeepsTheNextFilter", "StoresARequest", "StoresARequestInAClass",
        "SwallowsAnErrorOfPass", "UsesABucketThatIsHeld", "UsesABucketThatWasAppended", "UsesASpanOfARemovedBucket",
    ]

    /// Compiles a snippet as far as the diagnostics of lifetimes, which come after type checking.
    private func compile(_ snippet: String) throws -> Command.Result {
        let build = try BuildFolder()
        let arguments =
            ["-emit-sil", "-o", "/dev/null", "-module-name", "Snippet", "-swift-version", "6"] + build.flags
            + ["\(Self.folder)/Snippets/\(snippet).swift"]
        return try Command("swiftc", arguments, timeout: .seconds(120)).run()
    }

    @Test func whatIsRightCompiles() throws {
        let result = try compile("Control")
        #expect(result.status == 0, "\(result.errorText)")
    }

    @Test(arguments: snippets)
    func misuse(_ snippet: String) throws {
        let source = try Command("cat", ["\(Self.folder)/Snippets/\(snippet).swift"]).run().text
        let mark = "// expects: "
        let line = try #require(source.split(separator: "\n").first { $0.hasPrefix(mark) })
        let expected = line.dropFirst(mark.count)
        let result = try compile(snippet)
        #expect(result.status != 0, "it compiled")
        #expect(result.errorText.contains("error: \(expected)"), "\(result.errorText)")
    }

    @Test func everySnippetIsTried() throws {
        let files = try Command("ls", ["\(Self.folder)/Snippets"]).run().text.split(separator: "\n")
        #expect(
            files.map { $0.dropLast(".swift".count) }.sorted() == (["Control"] + Self.snippets).map { $0[...] }.sorted()
        )
    }
}
