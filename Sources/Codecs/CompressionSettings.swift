// SPDX-License-Identifier: Apache-2.0

/// What is wanted more, speed or small size.
public enum CompressionProfile: Sendable {
    /// As fast as the library can: ISA-L for gzip.
    case fast
    /// About the size that is usual for the coding, at the best speed for it.
    case balanced
    /// Small, at a speed that a response can bear.
    case small
}

/// How a body is compressed.
public struct CompressionSettings: Sendable {
    /// The most ``padding`` may be, in bytes.
    public static let longestPadding = 32 * 1024

    /// Chooses the library and the level.
    public var profile: CompressionProfile
    /// A level of the coding's own scale (``Coding/levels``, to which it is held), instead of the profile's.
    public var level: Int?
    /// The length in bytes of a prefix that hides the body's own length, chosen at random from 1 to this for each body;
    /// 0, the default, for none, and at most ``longestPadding``.
    ///
    /// Decoders drop the prefix: it is the file name in gzip's header, a skippable frame of zstd, a metadata block of
    /// brotli. Deflate has no place for it but empty blocks, of five bytes each: there the length is rounded up to a
    /// multiple of five.
    public var padding: Int

    /// Settings for a body.
    public init(profile: CompressionProfile = .balanced, level: Int? = nil, padding: Int = 0) {
        self.profile = profile
        self.level = level
        self.padding = padding
    }
}
