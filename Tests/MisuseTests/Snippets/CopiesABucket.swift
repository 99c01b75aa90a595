// SPDX-License-Identifier: Apache-2.0
// expects: 'bucket' consumed more than once
import HTTPD

func misuse(_ brigade: inout Brigade) {
    guard let bucket = brigade.popFirst() else { return }
    let other = bucket
    brigade.append(bucket)
    brigade.append(other)
}
