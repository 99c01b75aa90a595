// SPDX-License-Identifier: Apache-2.0
import Streaming
import Testing

@Suite("Composed transforms")
struct CompositionTests {
    static let input = Array("the quick brown fox\u{0} jumps over the lazy dog".utf8)

    private func splits(_ input: [UInt8]) -> [[[UInt8]]] {
        [[input], bytes(input)] + (1..<input.count).map { cut(input, at: $0) }
    }

    @Test func aChainIsOneAfterTheOther() throws {
        let first = try feed([Self.input], to: Doubler())
        let expected = try feed([first], to: Holder(count: 3))
        for pieces in splits(Self.input) {
            #expect(try feed(pieces, to: Doubler().then(Holder(count: 3))) == expected)
            #expect(try feed(pieces, to: Doubler().then(Holder(count: 3)), keepsInPlace: true) == expected)
        }
    }

    @Test func theOrderOfAChainCounts() throws {
        let first = try feed([Self.input], to: Holder(count: 3))
        let expected = try feed([first], to: Doubler())
        for pieces in splits(Self.input) {
            #expect(try feed(pieces, to: Holder(count: 3).then(Doubler())) == expected)
        }
    }

    /// Makes at most so many bytes of one.
    private struct Growing: StreamTransform {
        var growthLimit: Int?

        func write(_ bytes: Span<UInt8>, into output: inout Output) {}
    }

    @Test(
        "growth multiplies, and is unknown if one is",
        arguments: [
            ([], 1), ([3], 3), ([2, 3, 5], 30), ([nil], nil), ([2, nil], nil), ([nil, 2], nil), ([Int.max, 2], nil),
        ] as [([Int?], Int?)])
    func growth(_ limits: [Int?], _ product: Int?) {
        #expect(Pipeline(limits.map { Growing(growthLimit: $0) }).growthLimit == product)
        guard limits.count == 2 else { return }
        let chain = Growing(growthLimit: limits[0]).then(Growing(growthLimit: limits[1]))
        #expect(chain.growthLimit == product)
        #expect(Upper().growthLimit == nil)
    }

    @Test func threeInAChain() throws {
        let one = try feed([Self.input], to: Dropper(dropped: UInt8(ascii: "o")))
        let two = try feed([one], to: Doubler())
        let expected = try feed([two], to: Upper())
        for pieces in splits(Self.input) {
            let chain = Dropper(dropped: UInt8(ascii: "o")).then(Doubler()).then(Upper())
            #expect(try feed(pieces, to: chain) == expected)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 5])
    func aPipelineIsOneAfterTheOther(_ count: Int) throws {
        let droppers = "oe th".utf8.prefix(count).map { Dropper(dropped: $0) }
        var expected = Self.input
        for dropper in droppers { expected = try feed([expected], to: dropper) }
        for pieces in splits(Self.input) {
            #expect(try feed(pieces, to: Pipeline(droppers)) == expected)
            #expect(try feed(pieces, to: Pipeline(droppers), keepsInPlace: true) == expected)
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func whatStagesHoldBackComesOutAtTheEnd(_ count: Int) throws {
        let stages = (1...count).map { Holder(count: $0) }
        var expected = Self.input
        for stage in stages { expected = try feed([expected], to: stage) }
        for pieces in splits(Self.input) {
            #expect(try feed(pieces, to: Pipeline(stages)) == expected)
        }
    }

    @Test func flushReachesEveryStage() throws {
        let expected = Array("a|||b|||".utf8)
        let stages = [FlushSign(), FlushSign(), FlushSign()]
        #expect(try feed([[97], [98]], to: Pipeline(stages), after: .flush) == expected)
        let chain = FlushSign().then(FlushSign()).then(FlushSign())
        #expect(try feed([[97], [98]], to: chain, after: .flush) == expected)
    }

    @Test(arguments: [Faulty.Fault.error, .keepsTooMuch, .appendsTooMuch])
    func faultsOfAnyStageFailTheWhole(_ fault: Faulty.Fault) {
        let error: StreamError =
            switch fault {
            case .error: StreamError("no")
            case .appendsTooMuch: .tooMuchOutput
            default: .editBeyondInput
            }
        #expect(throws: error) {
            _ = try feed([[1]], to: Faulty(fault: fault).then(Upper()))
        }
        #expect(throws: error) {
            _ = try feed([[1]], to: Upper().then(Faulty(fault: fault)))
        }
        #expect(throws: error) {
            _ = try feed([[1]], to: Pipeline([Faulty(fault: fault), Faulty(fault: fault)]))
        }
    }
}
