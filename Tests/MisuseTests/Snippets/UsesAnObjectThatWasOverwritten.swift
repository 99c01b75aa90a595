// SPDX-License-Identifier: Apache-2.0
// expects: overlapping accesses to 'access', but modification requires exclusive access
import HTTPD

func change(_ cache: SharedCache) throws(HTTPDError) -> Int {
    try cache.withLock { (access) throws(HTTPDError) in
        let key: [UInt8] = [1]
        guard let object = try access.retrieve(key.span) else { return 0 }
        try access.remove(key.span)
        return object.count
    }
}
