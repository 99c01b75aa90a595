// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent variable 'kept' escapes its scope
import HTTPD

func misuse(_ next: borrowing NextFilter) throws(HTTPDError) -> Bool {
    var kept: Result<Span<UInt8>, HTTPDError>?
    try next.withBrigade { (spare: inout Brigade) throws(HTTPDError) in
        spare.append("gone")
        kept = .success(try spare.readFirst())
    }
    return kept != nil
}
