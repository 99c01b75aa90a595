// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@Suite("Output filters in every variation")
struct OutputAdapterTests {
    static let text = "The quick. brown fox.. jumps over\u{7f} the lazy dog. \u{e9}"
    static let inputs = ["", "x", text, String(repeating: text, count: 20)]

    @Test(arguments: inputs)
    func sameLength(_ input: String) throws {
        try FilterVerifier(output: Upper.self).verify(
            input, expecting: String(decoding: input.utf8.map { $0 &- 97 < 26 ? $0 ^ 0x20 : $0 }, as: UTF8.self))
    }

    @Test(arguments: inputs, [0, 1, 3])
    func growingAndDropping(_ input: String, _ times: Int) throws {
        let output = input.utf8.flatMap { Array(repeating: $0, count: times) }
        let verifier = try FilterVerifier(output: Repeat.self, options: [(key: "times", value: "\(times)")])
        try verifier.verify(Array(input.utf8), expecting: output)
    }

    @Test func growingBeyondTheBuffer() throws {
        var verifier = try FilterVerifier(output: Padded.self)
        verifier.randomSplitCount = 8
        let text = String(repeating: "0123456789", count: 8)
        try verifier.verify(text, expecting: text.map { "\($0)\(Padded.padding)" }.joined())
    }

    @Test(arguments: inputs)
    func keepingAndInserting(_ input: String) throws {
        try FilterVerifier(output: Without.self).verify(
            input, expecting: input.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "<dot>"))
    }

    @Test func longRunsStayInTheirBuckets() throws {
        let long = String(repeating: "abcdefgh", count: 2100)
        let input = ["", long, "short", "", long].joined(separator: ".")
        var verifier = try FilterVerifier(output: Without.self)
        verifier.randomSplitCount = 8
        try verifier.verify(
            input, expecting: input.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "<dot>"))
    }

    /// A bucket of many pieces is split only where what becomes of them differs: in every order of kept, dropped and
    /// rewritten pieces, longer and shorter than a piece.
    @Test(arguments: [
        "k260000", "w200000", "d200000 k70000", "k200000 w1", "w1 k200000", "k65536 w65536 k65536 d65536 k65536",
        "k200000 d70000 k10 w70000 k300000", "w131072 k131072", "d65536 w65536 k400000 d1",
    ])
    func longBucketsOfManyPieces(_ shape: String) throws {
        let runs = shape.split(separator: " ").map { (String($0.prefix(1)), Int($0.dropFirst()) ?? 0) }
        let input = runs.map { String(repeating: $0, count: $1) }.joined()
        let output = runs.map { String(repeating: $0 == "d" ? "" : $0 == "w" ? "W" : "k", count: $1) }.joined()
        var verifier = try FilterVerifier(output: Classed.self)
        verifier.randomSplitCount = 1
        try verifier.verify(input, expecting: output)
    }

    @Test(arguments: inputs)
    func holdingBack(_ input: String) throws {
        try FilterVerifier(output: Counted.self).verify(input, expecting: "\(input.utf8.count):\(input)")
        try FilterVerifier(output: Late.self).verify(input, expecting: input)
    }

    @Test(arguments: inputs)
    func standingAside(_ input: String) throws {
        try FilterVerifier(output: Declining.self).verify(input, expecting: input)
    }

    @Test(arguments: inputs)
    func brigades(_ input: String) throws {
        try FilterVerifier(output: BucketByBucket.self).verify(input, expecting: input)
        try FilterVerifier(output: Hoarder.self).verify(input, expecting: input)
    }

    @Test func throwingLeavesNoCleanEnd() throws {
        #expect(try FilterVerifier(output: Nervous.self).verifyFailure(Array("oh!".utf8)) == 422)
        let late = String(repeating: "quiet ", count: 400) + "!"
        _ = try FilterVerifier(output: Nervous.self).verifyFailure(Array(late.utf8))
        _ = try FilterVerifier(output: Unfinished.self).verifyFailure(Array("text".utf8))
        #expect(try FilterVerifier(output: Refusing.self).verifyFailure(Array("text".utf8)) == 503)
        #expect(try FilterVerifier(output: Greedy.self).verifyFailure(Array("text".utf8)) == 500)
    }

    @Test func theLogNamesTheFilterAndTheError() throws {
        let image = try EmbeddedPlugin(Filters.self)
        let request = EmbeddedRequest()
        try image.addOutputFilter("Nervous", to: request)
        _ = request.withRequest { request in try? request.write("oh!") }
        #expect(request.log.count == 1)
        #expect(request.log.first?.level == .error)
        #expect(request.log.first?.text.hasSuffix("Nervous (Nervous): a shout") == true)
    }

    @Test func filtersInARow() throws {
        let plugin = try EmbeddedPlugin(Filters.self)
        let request = EmbeddedRequest(contentType: .html)
        try plugin.addOutputFilter("Counted", to: request)
        try plugin.addOutputFilter("Repeat", to: request)
        try plugin.addOutputFilter("Upper", to: request)
        try request.withRequest { request in
            try request.write("ab")
            try request.flush()
            try request.write("c")
        }
        request.finish()
        #expect(request.responseText == "6:AABBCC")
        #expect(request.flushCount == 1)
    }

    @Test func aClientThatHasGoneStopsTheWork() throws {
        let plugin = try EmbeddedPlugin(Filters.self)
        let request = EmbeddedRequest()
        try plugin.addOutputFilter("Upper", to: request)
        request.breakConnection(after: 3)
        #expect(throws: HTTPDError.self) {
            try request.withRequest { request in
                try request.write("abc")
                try request.write("def")
            }
        }
        #expect(request.responseText == "ABC")
        // Whoever failed has said so.
        #expect(request.log.isEmpty)
    }
}

/// The filters as a plugin.
enum Filters: Plugin {
    static let name: StaticString = "Filters"

    static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Upper", Upper.self)
        registry.outputFilter("Repeat", Repeat.self)
        registry.outputFilter("Counted", Counted.self)
        registry.outputFilter("Nervous", Nervous.self)
        registry.inputFilter("UpperBody", Upper.self)
        registry.inputFilter("NervousBody", Nervous.self)
    }
}
