// SPDX-License-Identifier: Apache-2.0
// expects: 'request' cannot be captured by an escaping closure since it is a borrowed parameter
import HTTPD

func misuse(_ request: borrowing Request) {
    Task { print(request.uri) }
}
