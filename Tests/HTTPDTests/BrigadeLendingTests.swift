// SPDX-License-Identifier: Apache-2.0
import HTTPD
import HTTPDTesting
import Synchronization
import Testing

/// The brigades that were lent, by their addresses.
private let lent = Mutex<Set<UInt>>([])

/// Borrows three brigades, each while it has the one before, in every call.
private struct Nesting: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.withBrigade { (one: inout Brigade) throws(HTTPDError) in
            Self.note(one)
            try next.withBrigade { (two: inout Brigade) throws(HTTPDError) in
                Self.note(two)
                try next.withBrigade { (three: inout Brigade) throws(HTTPDError) in
                    Self.note(three)
                    three.append("3")
                }
                two.append("2")
            }
            one.append("1")
        }
        try next.pass(&brigade)
    }

    private static func note(_ brigade: borrowing Brigade) {
        let isEmpty = brigade.isEmpty
        #expect(isEmpty)
        let address = unsafe UInt(bitPattern: brigade.raw)
        lent.withLock { _ = $0.insert(address) }
    }
}

private enum Lending: Plugin {
    static let name: StaticString = "Lending"

    static func register(on registry: inout PhaseRegistry) { registry.outputFilter("Nesting", Nesting.self) }
}

@Suite("Brigades that a filter borrows")
struct BrigadeLendingTests {
    @Test("each is used again, however deep they are nested") func nested() throws {
        let request = EmbeddedRequest()
        try EmbeddedPlugin(Lending.self).addOutputFilter("Nesting", to: request)
        try request.withRequest { request in for _ in 0..<100 { try request.write("x") } }
        request.finish()
        #expect(request.responseText == String(repeating: "x", count: 100))
        #expect(lent.withLock { $0.count } == 3)
    }
}
