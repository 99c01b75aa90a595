// SPDX-License-Identifier: Apache-2.0
// All that the others do wrong, done right.
import HTTPD

struct Control: BrigadeOutputFilter, ~Copyable {
    static let effect: ContentEffect = .none
    var backlog: Backlog
    var uri: String
    var kept: [UInt8] = []

    init?(_ request: borrowing Request, options: NoOptions) {
        backlog = Backlog(for: request)
        uri = request.uri
    }

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        if case .data = brigade.firstKind {
            let bytes = try brigade.readFirst()
            for index in bytes.indices { kept.append(bytes[index]) }
        }
        if let bucket = brigade.popFirst() { try backlog.hold(bucket) }
        brigade.append(" and more")
        backlog.drain(into: &brigade)
        try next.pass(&brigade)
    }
}

struct Bytes: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
    }
}
