// SPDX-License-Identifier: Apache-2.0
import HTTPDTesting
import Testing

/// A server with the plugin of the fixtures that shares objects.
enum CacheServer {
    /// Three children, whatever the MPM.
    static func configuration(_ mpm: MPM, _ cache: String = "shmcb:(2000000)", more: String = "") -> HTTPDConfiguration
    {
        HTTPDConfiguration(
            mpm: mpm, extraModules: ["socache_shmcb", "socache_dbm"],
            directives: """
                \(Plugins.module)SwiftPlugin "\(Plugins.sharing)"
                IncludeOptional "@ROOT@/cache*.conf"
                <Location /cache>
                    SharingCache \(cache)
                    SetHandler swift
                    SwiftHandler Sharing.Cache
                </Location>
                \(more)

                """,
            children: 3, threadsPerChild: 4, maxClients: mpm == .prefork ? 8 : 12)
    }
}

/// What the fixture's handler answered, and who answered.
struct CacheAnswer: Sendable {
    let pid: Int
    /// The text, or the status if that is an error.
    let text: String
}

extension HTTPDProcess {
    /// Does one thing with the fixture's cache.
    func cache(_ query: String, below: String = "", timeout: Int = 30) throws -> CacheAnswer {
        let result = try curl("-m", "\(timeout)", "-w", "%{http_code}", path: "/cache\(below)?\(query)")
        try #require(result.status == 0, "\(query): \(result.errorText)")
        let status = String(result.text.suffix(3))
        guard status == "200" else { return CacheAnswer(pid: 0, text: status) }
        let words = result.text.dropLast(4).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        try #require(words.count == 2)
        return CacheAnswer(pid: try #require(Int(words[0])), text: String(words[1]))
    }
}
