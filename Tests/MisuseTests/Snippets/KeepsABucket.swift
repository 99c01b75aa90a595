// SPDX-License-Identifier: Apache-2.0
// expects: stored property 'kept' of 'Escapable'-conforming struct 'Keeper' has non-Escapable type 'Bucket?'
import HTTPD

struct Keeper: BrigadeOutputFilter, ~Copyable {
    static let effect: ContentEffect = .none
    var kept: Bucket?

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        kept = brigade.popFirst()
    }
}
