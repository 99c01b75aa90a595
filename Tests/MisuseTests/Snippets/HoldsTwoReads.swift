// SPDX-License-Identifier: Apache-2.0
// expects: overlapping accesses to 'brigade'
import HTTPD

func misuse(_ brigade: inout Brigade) throws(HTTPDError) -> Bool {
    let one = try brigade.readFirst()
    let two = try brigade.readFirst()
    return one.count == two.count
}
