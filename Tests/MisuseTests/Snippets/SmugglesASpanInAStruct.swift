// SPDX-License-Identifier: Apache-2.0
// Only a module that turns on the experimental feature Lifetimes can write such a struct.
// expects: an implicit initializer cannot return a ~Escapable result
import HTTPD

struct Box: ~Copyable, ~Escapable {
    var bytes: Span<UInt8>
}

func misuse(_ request: borrowing Request) throws(HTTPDError) -> Int {
    var kept: Box?
    try request.readBody { (bytes: Span<UInt8>) throws(HTTPDError) in kept = Box(bytes: bytes) }
    return kept?.bytes.count ?? 0
}
