// SPDX-License-Identifier: Apache-2.0
public import Codecs
public import HTTPD

/// What the directives of this plugin set.
public struct CompressionConfiguration: ModuleConfiguration {
    /// What may be used, best first; of what a client wants equally, the first is chosen.
    public var codings = Setting(CodingList([.zstd, .br, .gzip]))
    /// Levels; of one coding, the last counts.
    public var levels: [CodingLevel] = []
    /// How much time a smaller body is worth.
    public var profile = Setting(Profile.balanced)
    /// Bodies of fewer bytes are not worth it.
    public var minimumLength = Setting<ByteCount>(256)
    /// Media types that are worth it.
    public var types = Setting(TypeList.builtIn)
    /// How tags tell coded content from plain.
    public var entityTags = Setting(EntityTagMode.suffix)
    /// At most so many random bytes hide the length; 0 for none.
    public var padding = Setting(0)
    /// Where variants of static files are kept.
    public var cache = Setting(CacheFolder.none)
    /// Whether files that are compressed already are used where they stand beside the plain ones.
    public var usesPrecompressed = Setting(false)
    /// What decoding may cost.
    public var limit = DecompressLimitOptions()

    /// The defaults.
    public init() {}

    /// `Compress…` and `DecompressLimit`.
    public static var directives: [Directive<Self>] {
        Directive("CompressCodings", words: \.codings, help: "codings, best first: zstd br gzip deflate, or none")
        Directive("CompressLevel", appendingWordsTo: \.levels, help: "a coding and a level of its own scale")
        Directive("CompressProfile", \.profile, help: "fast, balanced or small")
        Directive("CompressMinLength", \.minimumLength, help: "shorter bodies are sent as they are")
        Directive("CompressTypes", words: \.types, help: "media types, such as text/* or !text/csv, or default")
        Directive("CompressETag", \.entityTags, help: "suffix or weak: how tags tell coded content from plain")
        Directive(
            "CompressPadding", \.padding, within: 0...CompressionSettings.longestPadding,
            help: "at most so many random bytes hide the length")
        Directive(
            "CompressCache", words: \.cache, in: [.server, .directory],
            help: "a folder for compressed files, and the most bytes it may take up (256M), or off")
        Directive(
            "CompressPrecompressed", \.usesPrecompressed, help: "on: use page.html.br, .zst and .gz beside the file")
        Directive("DecompressLimit", options: \.limit, help: "size=, ratio= and layers= that decoding may reach")
    }

    /// The level that was set for a coding; `nil` for the profile's.
    public func level(of coding: Coding) -> Int? { levels.last { $0.coding == coding }?.level }
}

/// The value of `CompressProfile`.
public enum Profile: String, CaseIterable, DirectiveValue {
    case fast, balanced, small
}

/// The value of `CompressETag`.
public enum EntityTagMode: String, CaseIterable, DirectiveValue {
    /// Each coding has a tag of its own: `"x-gzip"`.
    case suffix
    /// All have one tag, a weak one.
    case weak
}

/// The value of `CompressTypes`.
public struct TypeList: DirectiveWords {
    /// The types.
    public let types: MediaTypeList
    /// What came of the types of responses: a list that is merged into other sections takes it along.
    private let known = FieldCache<MediaClass>()

    /// What a type is; `nil` for a response that has none.
    func classify(_ type: Span<UInt8>?) -> MediaClass? {
        guard let type else { return nil }
        return known.value(of: type) { MediaClass(MediaType(rawValue: $0).essence, types) }
    }

    /// The built-in list.
    public static let builtIn = TypeList(.compressible)

    private init(_ types: MediaTypeList) {
        self.types = types
    }

    /// Patterns, `!pattern` and `default`.
    public init(directiveArguments words: [String]) throws(DirectiveError) {
        types = try MediaTypeList(words, default: .compressible)
    }
}

/// The options of `DecompressLimit`.
public struct DecompressLimitOptions: FilterOptions {
    /// The most bytes that a request's body may become.
    public var size = Setting<ByteCount>(ByteCount(1 << 30))
    /// The most bytes that may be made of one, on the average of a body.
    public var ratio = Setting(200)
    /// The most codings, one in another.
    public var layers = Setting(3)

    /// The defaults.
    public init() {}

    /// `size=`, `ratio=` and `layers=`.
    public static var options: [Option<Self>] {
        Option("size", \.size)
        Option("ratio", \.ratio, in: 1...1_000_000)
        Option("layers", \.layers, in: 1...8)
    }
}
