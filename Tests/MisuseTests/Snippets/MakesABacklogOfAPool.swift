// SPDX-License-Identifier: Apache-2.0
// The initializer that takes a pool is the package's own.
// expects: no exact matches in call to initializer
import HTTPD

func misuse(_ request: borrowing Request) -> Backlog {
    Backlog(in: request.pool)
}
