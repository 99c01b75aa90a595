// SPDX-License-Identifier: Apache-2.0
internal import CCodecs

/// The library and the level that the settings ask for.
struct Encoder {
    let kind: ccodecs_kind
    let level: Int

    /// - Parameter isWhole: Whether the body is in hand, so that libdeflate can do it.
    init(_ coding: Coding, _ settings: CompressionSettings, isWhole: Bool) {
        let asked = settings.level.map { min(max($0, coding.levels.lowerBound), coding.levels.upperBound) }
        switch coding {
        case .zstd:
            kind = .encodeZstd
            level = asked ?? settings.profile.choose(fast: 1, balanced: 3, small: isWhole ? 7 : 6)
        case .br:
            kind = .encodeBrotli
            level = asked ?? settings.profile.choose(fast: 4, balanced: 5, small: 6)
        case .gzip, .deflate:
            switch (asked, settings.profile) {
            case (nil, .fast):
                kind = .encodeDeflateFast
                level = 2
            default:
                kind = isWhole ? .encodeDeflateWhole : .encodeDeflate
                level = asked ?? settings.profile.choose(fast: 1, balanced: 6, small: 9)
            }
        }
    }
}

extension Encoder {
    /// Whether the library does a whole body in one go, without buffers of its own.
    var takesWhole: Bool { kind == .encodeDeflateWhole || kind == .encodeZstd }
}

extension CompressionProfile {
    func choose(fast: Int, balanced: Int, small: Int) -> Int {
        switch self {
        case .fast: fast
        case .balanced: balanced
        case .small: small
        }
    }
}
