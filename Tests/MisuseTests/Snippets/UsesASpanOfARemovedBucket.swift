// SPDX-License-Identifier: Apache-2.0
// expects: overlapping accesses to 'brigade'
import HTTPD

func misuse(_ brigade: inout Brigade) throws(HTTPDError) -> UInt8 {
    let bytes = try brigade.readFirst()
    brigade.removeFirst()
    return bytes[0]
}
