// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

/// Each file of Snippets is compiled against the modules of this build; the second line says which error is expected.
@Suite("What the types forbid does not compile")
struct MisuseTests {
    private static let folder = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))

    static let snippets = [
        "CapturesARequest", "ConsumesTheOutput", "CopiesABucket", "GivesAHandlersRequestToATask",
        "GivesARequestToATask", "GivesAnUntypedRequestToATask", "HoldsTwoReads", "KeepsABucket", "KeepsAMatch",
        "KeepsASpan", "KeepsAnObjectOfACache",
        "KeepsTheBytesOfAMatch", "KeepsTheNextFilter", "MakesABacklogOfAPool", "MakesAPool", "SmugglesASpan",
        "SmugglesASpanInAResult",
        "SmugglesASpanInAStruct", "StoresARequest", "StoresARequestInAClass", "SwallowsAnErrorOfPass",
        "UsesABucketThatIsHeld", "UsesABucketThatWasAppended", "UsesASpanOfARemovedBucket",
        "UsesAnObjectThatWasOverwritten",
    ]

    /// What should not compile and does: Swift 6.3 does not check what a closure that does not escape leaves in a
    /// captured variable whose type cannot be copied.
    static let limits = ["SmugglesAMutableSpan", "SmugglesASpanInAnEnum"]

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
    func misuse(_ snippet: String) throws { try refuses(snippet) }

    /// Fails when the compiler has learned it: then the snippet belongs to the others, and docs/design.md says too little.
    @Test(arguments: limits)
    func limitOfTheCompiler(_ snippet: String) throws {
        try withKnownIssue {
            try refuses(snippet)
        } matching: {
            $0.comments.contains("it compiled")
        }
    }

    private func refuses(_ snippet: String) throws {
        let source = try Command("cat", ["\(Self.folder)/Snippets/\(snippet).swift"]).run().text
        let mark = "// expects: "
        let line = try #require(source.split(separator: "\n").first { $0.hasPrefix(mark) })
        let other = source.split(separator: "\n").first { $0.hasPrefix("// or: ") }?.dropFirst("// or: ".count)
        let expected = line.dropFirst(mark.count)
        let result = try compile(snippet)
        guard result.status != 0 else {
            Issue.record("it compiled")
            return
        }
        let isExpected =
            result.errorText.contains("error: \(expected)") || other.map { result.errorText.contains($0) } == true
        #expect(isExpected, "\(result.errorText)")
    }

    @Test func everySnippetIsTried() throws {
        let files = try Command("ls", ["\(Self.folder)/Snippets"]).run().text.split(separator: "\n")
        #expect(
            files.map { $0.dropLast(".swift".count) }.sorted()
                == (["Control"] + Self.snippets + Self.limits).map { $0[...] }.sorted()
        )
    }
}
