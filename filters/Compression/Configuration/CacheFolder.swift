// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// The value of `CompressCache`: where compressed files are kept, and how many bytes of them.
public struct CacheFolder: DirectiveWords, Hashable {
    /// The folder, as it was written; `nil` for none.
    public let path: String?
    /// The most bytes.
    public let limit: ByteCount

    /// No folder.
    public static let none = CacheFolder(path: nil, limit: 0)
    /// The most bytes where nothing was said.
    public static let usualLimit: ByteCount = 268_435_456
    /// What is smaller holds nothing worth having.
    public static let leastLimit: ByteCount = 65_536

    private init(path: String?, limit: ByteCount) {
        self.path = path
        self.limit = limit
    }

    /// A folder and perhaps a number of bytes, or `off`.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        guard let path = words.first, !path.isEmpty, words.count <= 2 else {
            throw DirectiveError("takes a folder and perhaps the most bytes it may take up, such as 512M, or off")
        }
        if path.lowercased() == "off" {
            guard words.count == 1 else { throw DirectiveError("off has no size") }
            self = .none
            return
        }
        guard words.count == 2, let word = words.last else {
            self.init(path: path, limit: Self.usualLimit)
            return
        }
        let limit = try ByteCount(directiveArgument: word)
        guard limit.bytes >= Self.leastLimit.bytes else {
            throw DirectiveError("a folder of less than 64K holds nothing, so not '\(word)'")
        }
        self.init(path: path, limit: limit)
    }
}
