// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Testing

@Suite("Readers of every mode get what an input filter made of the body")
struct InputModeTests {
    static let failing = ["Nervous", "Refusing", "Impatient", "Ending"]

    private static func request(
        _ filter: String, options: [(key: String, value: String)] = [], _ steps: BodyStep...
    ) throws -> EmbeddedRequest {
        let request = EmbeddedRequest("POST")
        request.feed(steps)
        try EmbeddedPlugin(Bodies.self).addInputFilter(filter, options: options, to: request)
        return request
    }

    @Test("a speculative read gets copies, which the next read gets again") func speculative() throws {
        let request = try Self.request("Upper", .data("some text\n"))
        #expect(request.readBody(.peek(4)) == BodyPart("SOME"))
        #expect(request.readBody(.peek(100)) == BodyPart("SOME TEXT\n"))
        #expect(request.readBody(.bytes(6)) == BodyPart("SOME T"))
        #expect(request.readBody(.peek(2)) == BodyPart("EX"))
        #expect(request.readBody(.bytes(100)) == BodyPart("EXT\n"))
        #expect(request.readBody(.peek(1)) == BodyPart("", hasEnd: true))
        #expect(request.readBody(.peek(1)) == BodyPart("", hasEnd: true))
        #expect(request.readBody(.bytes(1)) == BodyPart("", hasEnd: true))
    }

    @Test("a speculative read waits for a filter that holds everything back") func speculativeHeldBack() throws {
        let request = try Self.request("Counted", .wait, .data("ab"), .wait, .data("c"))
        #expect(request.readBody(.peek(3), isBlocking: false) == BodyPart(.tryAgain))
        #expect(request.readBody(.peek(3), isBlocking: false) == BodyPart(.tryAgain))
        #expect(request.readBody(.peek(3)) == BodyPart("3:a"))
        #expect(request.readBody(.all) == BodyPart("3:abc", hasEnd: true))
    }

    @Test("a line is one of the filter's, whatever pieces it came in") func lines() throws {
        let request = try Self.request(
            "Upper", .data("one\ntw"), .data("o\n\nfo"), .unknown("ur", piece: 1), .data("\nrest"))
        for line in ["ONE\n", "TWO\n", "\n", "FOUR\n"] { #expect(request.readBody(.line) == BodyPart(line)) }
        #expect(request.readBody(.line) == BodyPart("REST", hasEnd: true))
        #expect(request.readBody(.line) == BodyPart("", hasEnd: true))
    }

    @Test("a line is cut where httpd's core filter cuts it") func longLine() throws {
        let request = try Self.request("Upper", .data(String(repeating: "x", count: 20_000) + "\n"))
        let part = String(repeating: "X", count: 8192)
        #expect(request.readBody(.line) == BodyPart(part))
        #expect(request.readBody(.line) == BodyPart(part))
        #expect(request.readBody(.line) == BodyPart(String(repeating: "X", count: 20_000 - 2 * 8192) + "\n"))
    }

    @Test("who does not wait for a line gets what there is of it") func lineWithoutWaiting() throws {
        let request = try Self.request("Upper", .data("par"), .wait, .data("tial\n"))
        #expect(request.readBody(.line, isBlocking: false) == BodyPart("PAR"))
        #expect(request.readBody(.line, isBlocking: false) == BodyPart("TIAL\n"))
        let late = try Self.request("Upper", .wait, .data("late\n"))
        #expect(late.readBody(.line, isBlocking: false) == BodyPart(.tryAgain))
        #expect(late.readBody(.line, isBlocking: false) == BodyPart("LATE\n"))
    }

    @Test("an exhaustive read gets all") func exhaustive() throws {
        let text = String(repeating: "a line\n", count: 50_000)
        let request = try Self.request("Upper", .data(text), .wait, .data("end"))
        #expect(request.readBody(.line) == BodyPart("A LINE\n"))
        #expect(request.readBody(.all) == BodyPart(text.uppercased().dropFirst(7) + "END", hasEnd: true))
        let late = try Self.request("Upper", .data("a"), .wait, .data("b"))
        #expect(late.readBody(.all, isBlocking: false) == BodyPart("A"))
        #expect(late.readBody(.all, isBlocking: false) == BodyPart("B", hasEnd: true))
    }

    @Test("line ends in front are skipped in the filter's output, wherever they are cut") func lineEnds() throws {
        for steps in [
            [BodyStep.data("\r\n\n\r"), .data("\n\n"), .data("x\n")], [.data("\r"), .wait, .data("\nx\n")],
            [.unknown("\r\n\r\nx\n", piece: 1)], [.data("\n\r\nx\n")], [.data("x\n")],
        ] {
            let request = EmbeddedRequest("POST")
            request.feed(steps)
            try EmbeddedPlugin(Bodies.self).addInputFilter("Upper", to: request)
            #expect(request.readBody(.skipLineEnds) == BodyPart(""))
            #expect(request.readBody(.line) == BodyPart("X\n"))
        }
    }

    @Test("a CR that no LF follows is not a line end") func lonelyCR() throws {
        for steps in [[BodyStep.data("\n\rx")], [.data("\n\r"), .data("x")], [.data("\r\n\r")]] {
            let request = EmbeddedRequest("POST")
            request.feed(steps)
            try EmbeddedPlugin(Bodies.self).addInputFilter("Upper", to: request)
            #expect(request.readBody(.skipLineEnds) == BodyPart(""))
            #expect(request.readBody(.peek(1)).text == "\r")
        }
        let waiting = try Self.request("Upper", .data("\n\r"), .wait, .data("\nx"))
        #expect(waiting.readBody(.skipLineEnds, isBlocking: false) == BodyPart(""))
        #expect(waiting.readBody(.skipLineEnds, isBlocking: false) == BodyPart(""))
        #expect(waiting.readBody(.bytes(9)) == BodyPart("X"))
    }

    @Test("a filter in front that brings nothing to a reader who waits is an error, not an endless loop")
    func silentSource() throws {
        let silent = EmbeddedRequest("POST", body: "text")
        let plugin = try EmbeddedPlugin(Bodies.self)
        try plugin.addInputFilter("Silent", to: silent)
        #expect(throws: HTTPDError.self) { try silent.withRequest { request in _ = try request.body(limit: 9) } }
        try plugin.addInputFilter("Upper", to: silent)
        #expect(silent.readBody(.bytes(9)) == BodyPart(.general))
        #expect(silent.log.count { $0.text.contains("brings nothing") } == 1)
        let marking = EmbeddedRequest("POST", body: "text")
        try plugin.addInputFilter("Marks", to: marking)
        #expect(throws: HTTPDError.self) { try marking.withRequest { request in _ = try request.body(limit: 9) } }
    }

    @Test("a filter on brigades is not passed by either") func brigades() throws {
        let request = try Self.request("Shift", .data("some\ntext"), .data(" and\nmore"))
        #expect(request.readBody(.peek(3)) == BodyPart("tpn"))
        #expect(request.readBody(.line) == BodyPart("tpnf\u{b}ufyu!boe\u{b}npsf", hasEnd: true))
    }

    @Test("a filter that declined is not in the way") func declined() throws {
        let request = try Self.request("Declining", .data("text"))
        #expect(request.readBody(.bytes(2)) == BodyPart("te"))
        #expect(request.readBody(.bytes(9)) == BodyPart("xt"))
    }

    @Test("after an error each further read fails, in any mode", arguments: failing)
    func errorsStay(_ filter: String) throws {
        for first in [BodyRead.bytes(4), .peek(4), .line, .all] {
            for isBlocking in [true, false] {
                let request = try Self.request(filter, .data("oh!"), .data("quiet"))
                for read in [first, .bytes(100), .peek(1), .line, .all, .bytes(1)] {
                    let part = request.readBody(read, isBlocking: isBlocking)
                    #expect(part == BodyPart(.general), "\(filter) \(first) \(read)")
                }
                #expect(request.log.count { $0.level == .error } == 1)
            }
        }
    }

    @Test("a source that has nothing yet is no error") func sourceWaits() throws {
        let request = try Self.request("Upper", .wait, .data("a"), .wait, .data("b"))
        #expect(request.readBody(.bytes(9), isBlocking: false) == BodyPart(.tryAgain))
        #expect(request.readBody(.bytes(9), isBlocking: false) == BodyPart("A"))
        #expect(request.readBody(.bytes(9), isBlocking: false) == BodyPart(.tryAgain))
        #expect(request.readBody(.bytes(9), isBlocking: false) == BodyPart("B"))
        #expect(request.log.isEmpty)
    }

    @Test("a source that fails fails for good") func sourceFails() throws {
        let request = try Self.request("Upper", .data("a"), .failure(.timedOut))
        #expect(request.readBody(.bytes(9)) == BodyPart("A"))
        #expect(request.readBody(.line) == BodyPart(.timedOut))
        #expect(request.readBody(.bytes(9)) == BodyPart(.timedOut))
    }
}

/// Suites that share the gauge.
@Suite(.serialized) enum GaugedTests {}

extension GaugedTests {
    @Suite("What an input filter makes of a body is bounded by what its reader wants")
    struct InputBoundTests {
        /// Lets the filter see a huge brigade, in memory that does not last, and reads a little at a time.
        @Test(arguments: [1, 1000]) func anExpandingFilter(_ times: Int) throws {
            let input = String(repeating: "0123456789", count: 100_000)
            let request = EmbeddedRequest("POST")
            request.overflowSource()
            request.feed([.data(input)])
            Gauge.reset()
            try EmbeddedPlugin(Bodies.self).addInputFilter(
                "Gauged", options: [(key: "times", value: "\(times)")], to: request)
            var read = 0
            for _ in 0..<50 {
                let part = request.readBody(.bytes(8192))
                #expect(part.status == .success)
                read += part.text.utf8.count
                // One short slice is fed before the filter's habit is known.
                #expect(Gauge.made - read <= 64 * 1024 + 64 * times, "made \(Gauge.made), read \(read)")
                #expect(Gauge.largest <= 64 * 1024 + 64 * times)
            }
            #expect(read <= 50 * 8192)
            // What was not fed waited untouched, though the memory it came in is gone.
            var rest = request.readBody(.bytes(1 << 20))
            while times == 1, !rest.hasEnd {
                read += rest.text.utf8.count
                #expect(!rest.text.contains("#"))
                rest = request.readBody(.bytes(1 << 20))
            }
            if times == 1 { #expect(read == input.utf8.count) }
        }
    }
}

/// Input filters for the tests of modes.
private enum Bodies: Plugin {
    static let name: StaticString = "Bodies"

    static func register(on registry: inout PhaseRegistry) {
        registry.inputFilter("Upper", Upper.self)
        registry.inputFilter("Counted", Counted.self)
        registry.inputFilter("Shift", Shift.self)
        registry.inputFilter("Declining", Declining.self)
        registry.inputFilter("Nervous", Nervous.self)
        registry.inputFilter("Refusing", Refusing.self)
        registry.inputFilter("Impatient", Impatient.self)
        registry.inputFilter("Ending", Ending.self)
        registry.inputFilter("Gauged", Gauged.self)
        registry.inputFilter("Silent", Silent.self)
        registry.inputFilter("Marks", Marks.self)
    }
}

/// Reads all of the body, and gives each byte plus one in a single brigade.
private struct Shift: BrigadeInputFilter {
    static let effect: ContentEffect = .sameLength

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError) {
        var shifted: [UInt8] = []
        while true {
            try source.fill(&brigade, read: read)
            let isLast = brigade.endsStream
            while case .data? = brigade.firstKind {
                try Self.shift(brigade.readFirst(), into: &shifted)
                brigade.removeFirst()
            }
            if isLast {
                brigade.removeAll()
                brigade.append(bytes: shifted.span)
                brigade.appendEndOfStream()
                return
            }
        }
    }

    private static func shift(_ bytes: Span<UInt8>, into shifted: inout [UInt8]) {
        for index in bytes.indices { shifted.append(bytes[index] &+ 1) }
    }
}

/// Says that it has nothing yet, as only a source may.
private struct Impatient: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        throw HTTPDError(.tryAgain, "not yet")
    }
}

/// Says that the body is over, as only EOS may.
private struct Ending: InputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) throws(HTTPDError) {
        throw HTTPDError(.endOfFile, "over")
    }
}

/// Brings nothing, whether its reader waits or not.
private struct Silent: BrigadeInputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError) {}
}

/// Brings marks for ever, and never the body.
private struct Marks: BrigadeInputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func fill(
        _ brigade: inout Brigade, from source: borrowing PreviousFilter, read: InputRead
    ) throws(HTTPDError) {
        brigade.appendFlush()
    }
}
