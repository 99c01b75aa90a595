// SPDX-License-Identifier: Apache-2.0
// expects: stored property 'request' of 'Escapable'-conforming struct 'Keeper' has non-Escapable type 'Request'
import HTTPD

struct Keeper: OutputFilter, ~Copyable {
    let request: Request

    init?(_ request: borrowing Request, options: NoOptions) { nil }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {}
}
