// SPDX-License-Identifier: Apache-2.0
// expects: 'request' cannot be captured by an escaping closure since it is a borrowed parameter
import HTTPD

struct Keeper: OutputFilter {
    let later: () -> String

    init?(_ request: borrowing Request, options: NoOptions) {
        later = { request.uri }
    }

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {}
}
