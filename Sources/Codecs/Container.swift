// SPDX-License-Identifier: Apache-2.0
internal import CodecLibraries

/// What gzip and deflate put around raw DEFLATE: a header, and a checksum behind the end.
struct Container {
    private let coding: Coding
    private var checksum: UInt32
    /// The length of what was compressed, of which gzip records the lowest 32 bits.
    private var count: UInt32 = 0

    init(_ coding: Coding) {
        self.coding = coding
        checksum = coding == .deflate ? 1 : 0
    }

    /// Takes the next bytes into account.
    mutating func note(_ bytes: Span<UInt8>) {
        switch coding {
        case .gzip:
            checksum = CodecBytes.crc32(checksum, bytes)
            count &+= UInt32(truncatingIfNeeded: bytes.count)
        case .deflate:
            checksum = CodecBytes.adler32(checksum, bytes)
        case .zstd, .br:
            break
        }
    }

    /// What stands before the first byte of the stream; for brotli, nothing of it.
    func header(padding: Span<UInt8>) -> [UInt8] {
        switch coding {
        case .gzip: Self.gzipHeader(padding)
        case .deflate: Self.zlibHeader(padding)
        case .zstd: padding.isEmpty ? [] : Self.skippableFrame(padding)
        case .br: []
        }
    }

    /// What stands behind the last one.
    var trailer: [UInt8] {
        switch coding {
        case .gzip: Self.littleEndian(checksum) + Self.littleEndian(count)
        case .deflate: Self.littleEndian(checksum).reversed()
        case .zstd, .br: []
        }
    }

    /// Flags, time, and what it was made by are left unsaid. The padding is a file name: letters, then NUL.
    private static func gzipHeader(_ padding: Span<UInt8>) -> [UInt8] {
        var header: [UInt8] = [0x1F, 0x8B, 8, padding.isEmpty ? 0 : 8, 0, 0, 0, 0, 0, 255]
        guard !padding.isEmpty else { return header }
        for index in 0..<padding.count - 1 { header.append(UInt8(ascii: "a") + padding[index] % 16) }
        header.append(0)
        return header
    }

    /// A window of 32 kB, and then an empty stored block for each five bytes of padding.
    private static func zlibHeader(_ padding: Span<UInt8>) -> [UInt8] {
        var header: [UInt8] = [0x78, 0x9C]
        for _ in 0..<(padding.count + 4) / 5 { header += [0, 0, 0, 0xFF, 0xFF] }
        return header
    }

    private static func skippableFrame(_ padding: Span<UInt8>) -> [UInt8] {
        var frame = littleEndian(0x184D_2A50) + littleEndian(UInt32(truncatingIfNeeded: padding.count))
        for index in padding.indices { frame.append(padding[index]) }
        return frame
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
