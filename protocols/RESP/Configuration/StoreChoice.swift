// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The value of `RESPStore`.
public enum StoreChoice: DirectiveValue {
    /// In the memory of each child.
    case memory
    /// In a cache that all children share.
    case shared(SharedCache)

    /// What `socache` stands for alone: 32 MB in memory that the children share.
    static let standard = "shmcb:(33554432)"

    /// `memory`, or `socache` with a provider and its arguments.
    public init(directiveArgument text: String) throws(DirectiveError) {
        let words = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch words.first?.lowercased() {
        case "memory" where words.count == 1:
            self = .memory
        case "socache":
            var cache = words.count == 2 ? String(words[1]) : Self.standard
            // The room that the provider has by itself is meant for sessions of TLS.
            if cache.lowercased() == "shmcb" { cache = Self.standard }
            self = .shared(try SharedCache(directiveArgument: cache))
        default:
            throw DirectiveError(
                "must be memory, or socache[:provider[:arguments]] as in socache:shmcb:(67108864), not '\(text)'")
        }
    }
}
