// SPDX-License-Identifier: Apache-2.0
// expects: 'bucket' used after consume
import HTTPD

func misuse(_ brigade: inout Brigade) -> Int? {
    guard let bucket = brigade.popFirst() else { return nil }
    brigade.append(bucket)
    return bucket.byteCount
}
