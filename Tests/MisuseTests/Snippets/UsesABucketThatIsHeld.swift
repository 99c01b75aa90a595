// SPDX-License-Identifier: Apache-2.0
// expects: 'bucket' consumed more than once
import HTTPD

func misuse(_ brigade: inout Brigade, _ backlog: inout Backlog) throws(HTTPDError) {
    guard let bucket = brigade.popFirst() else { return }
    try backlog.hold(bucket)
    brigade.append(bucket)
}
