// SPDX-License-Identifier: Apache-2.0
// expects: stored property 'kept' of 'Escapable'-conforming struct 'Keeper' has non-Escapable type 'Span<UInt8>'
import HTTPD

struct Keeper: OutputFilter {
    var kept: Span<UInt8>

    init?(_ request: borrowing Request, options: NoOptions) { nil }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) { kept = bytes }
}
