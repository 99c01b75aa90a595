// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine
import Synchronization

/// The store in a cache that all children share, and other machines where the provider can do that.
///
/// A command holds the cache's lock from its first look at a key to its last change. What clients are not told when the
/// cache fails is for the log.
struct SharedStore: Store {
    private let cache: SharedCache
    private let prefix: [UInt8]
    /// Why the cache failed last, for the log.
    private let failure = Failure()

    private final class Failure: Sendable {
        let text = Mutex<String?>(nil)
    }

    /// What a cache that knows no "never" is asked for, in milliseconds: ten years; a bit less than 30 days where more of
    /// them would be taken for a moment of the last century, as memcached does.
    private let longest: Int64

    init(_ cache: SharedCache, prefix: [UInt8]) {
        self.cache = cache
        self.prefix = prefix
        longest = (cache.provider == "memcache" ? 29 : 3650) * 86_400_000
    }

    /// Why the cache failed, once.
    func takeFailure() -> String? {
        failure.text.withLock { text in
            defer { text = nil }
            return text
        }
    }

    func withDatabase<Result: Sendable>(
        _ number: Int, _ body: (inout SharedDatabase) throws(RESPError) -> Result
    ) throws(RESPError) -> Result {
        let outcome: Swift.Result<Result, RESPError>
        do throws(HTTPDError) {
            outcome = try cache.withLock { (access) throws(HTTPDError) -> Swift.Result<Result, RESPError> in
                var database = SharedDatabase(access, prefix + [UInt8(clamping: number)], longest: longest)
                let outcome: Swift.Result<Result, RESPError>
                do throws(RESPError) {
                    outcome = .success(try body(&database))
                } catch {
                    outcome = .failure(error)
                }
                if let problem = database.failure { failure.text.withLock { $0 = problem } }
                access = database.finish()
                return outcome
            }
        } catch {
            failure.text.withLock { $0 = error.description }
            throw .storeFailed
        }
        return try outcome.get()
    }
}
