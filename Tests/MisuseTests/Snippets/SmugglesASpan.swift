// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent variable 'kept' escapes its scope
import HTTPD

func misuse(_ request: borrowing Request) throws(HTTPDError) -> Int {
    var kept: Span<UInt8>?
    try request.readBody { (bytes: Span<UInt8>) throws(HTTPDError) in kept = bytes }
    return kept?.count ?? 0
}
