// SPDX-License-Identifier: Apache-2.0
// expects: missing reinitialization of inout parameter 'output' after consume
import HTTPD

struct Taker: OutputFilter {
    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        var taken = output
        taken.keep(1)
    }
}
