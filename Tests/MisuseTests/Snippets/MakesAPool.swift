// SPDX-License-Identifier: Apache-2.0
// expects: 'withTemporary' is inaccessible due to 'package' protection level
import HTTPD

func misuse() -> String? {
    var kept: PoolString?
    _ = Pool.withTemporary { (pool: borrowing Pool) in kept = pool.string("gone") }
    return kept?.text
}
