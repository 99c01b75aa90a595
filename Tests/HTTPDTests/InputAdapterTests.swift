// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@Suite("Input filters in every variation")
struct InputAdapterTests {
    @Test(arguments: OutputAdapterTests.inputs)
    func everyKind(_ input: String) throws {
        let bytes = Array(input.utf8)
        try FilterVerifier(input: Upper.self).verify(bytes, expecting: bytes.map { $0 &- 97 < 26 ? $0 ^ 0x20 : $0 })
        try FilterVerifier(input: Without.self).verify(
            input, expecting: input.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "<dot>"))
        try FilterVerifier(input: Counted.self).verify(input, expecting: "\(bytes.count):\(input)")
        try FilterVerifier(input: Late.self).verify(input, expecting: input)
        try FilterVerifier(input: Declining.self).verify(input, expecting: input)
        try FilterVerifier(input: PassingReader.self).verify(input, expecting: input)
    }

    @Test(arguments: [0, 1, 5])
    func growingAndDropping(_ times: Int) throws {
        let input = Array(OutputAdapterTests.text.utf8)
        let verifier = try FilterVerifier(input: Repeat.self, options: [(key: "times", value: "\(times)")])
        try verifier.verify(input, expecting: input.flatMap { Array(repeating: $0, count: times) })
    }

    @Test func theReaderGetsTheError() throws {
        let quiet = Array(repeating: UInt8(ascii: "q"), count: 2_000)
        _ = try FilterVerifier(input: Nervous.self).verifyFailure(Array("oh!".utf8))
        _ = try FilterVerifier(input: Nervous.self).verifyFailure(quiet + [UInt8(ascii: "!")])
        _ = try FilterVerifier(input: Unfinished.self).verifyFailure(quiet)
        _ = try FilterVerifier(input: Refusing.self).verifyFailure(quiet)
        _ = try FilterVerifier(input: Greedy.self).verifyFailure(quiet)
    }

    @Test func aHandlerReadsThroughTheFilter() throws {
        let plugin = try EmbeddedPlugin(Filters.self)
        let request = EmbeddedRequest("POST", body: "hello body")
        try plugin.addInputFilter("UpperBody", to: request)
        let body = try request.withRequest { request in try request.body(limit: 100) }
        #expect(String(decoding: body, as: UTF8.self) == "HELLO BODY")
    }
}
