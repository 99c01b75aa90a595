// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent variable 'kept' escapes its scope
import HTTPD

enum Box: ~Copyable, ~Escapable {
    case empty
    case full(Span<UInt8>)
}

func misuse(_ request: borrowing Request) throws(HTTPDError) -> Int {
    var kept = Box.empty
    try request.readBody { (bytes: Span<UInt8>) throws(HTTPDError) in kept = .full(bytes) }
    switch kept {
    case .empty: return 0
    case .full(let bytes): return bytes.count
    }
}
