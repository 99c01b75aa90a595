// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent variable 'kept' escapes its scope
import HTTPD

func misuse(_ output: inout Output) -> Int {
    var kept: MutableSpan<UInt8>?
    output.append(count: 10) { (span: inout OutputSpan<UInt8>) in
        span.append(1)
        kept = span.mutableSpan
    }
    return kept?.count ?? 0
}
