// SPDX-License-Identifier: Apache-2.0
// expects: lifetime-dependent variable 'kept' escapes its scope
import HTTPD

func look(_ cache: SharedCache) throws(HTTPDError) -> Int {
    var kept = Span<UInt8>()
    try cache.withLock { (access) throws(HTTPDError) in
        if let object = try access.retrieve([1].span) { kept = object }
    }
    return kept.count
}
