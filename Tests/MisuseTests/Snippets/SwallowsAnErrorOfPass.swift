// SPDX-License-Identifier: Apache-2.0
// expects: call can throw but is not marked with 'try'
import HTTPD

func misuse(_ brigade: inout Brigade, _ next: borrowing NextFilter) throws(HTTPDError) {
    next.pass(&brigade)
}
