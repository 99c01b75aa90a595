// SPDX-License-Identifier: Apache-2.0
import Codecs

/// What stands in front of the bytes of a stored variant: what they are of, and how to tell whether they are all there.
///
/// A checksum of its own covers it, so that a header of which any byte is wrong is none. Numbers have their low bytes first.
public struct EntryHeader: Equatable, Sendable {
    /// What the variant is of.
    public let key: VariantKey
    /// How many bytes it has.
    public let count: Int64
    /// The checksum of these bytes.
    public let checksum: UInt64

    /// How many bytes a header has.
    public static let size = 72
    /// Where the bytes of the variant begin in the file: at the start of a page, so that they can be mapped.
    public static let payloadOffset: Int64 = 4096

    /// `SWHTVAR` and the version.
    private static let magic: [UInt8] = [0x53, 0x57, 0x48, 0x54, 0x56, 0x41, 0x52, 2]

    /// A header for bytes that are known.
    public init(_ key: VariantKey, count: Int64, checksum: UInt64) {
        self.key = key
        self.count = count
        self.checksum = checksum
    }

    /// How long the entry's file must be.
    public var fileSize: Int64 { Self.payloadOffset &+ count }

    /// Reads a header; `nil` for anything that ``encoded`` does not make.
    public init?(_ bytes: Span<UInt8>) {
        var fields = FieldReader(bytes)
        guard bytes.count == Self.size, fields.take(Self.magic), let device = fields.number(),
            let inode = fields.number(), let modified = fields.number(), let size = fields.number(),
            let coding = fields.byte().flatMap({ Coding(stored: $0) }), let level = fields.byte(),
            fields.take([0, 0, 0, 0, 0, 0]), let count = fields.number(), let checksum = fields.number()
        else { return nil }
        let covered = Checksum.of(bytes.extracting(first: fields.place))
        guard fields.number() == covered, let size = Int64(exactly: size), let count = Int64(exactly: count),
            count <= Int64.max - Self.payloadOffset
        else { return nil }
        self.key = VariantKey(
            device: device, inode: inode, modified: Int64(bitPattern: modified), size: size, coding: coding,
            level: level)
        self.count = count
        self.checksum = checksum
    }

    /// The bytes of the header.
    public var encoded: [UInt8] {
        var bytes = Self.magic
        func append(_ number: UInt64) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        append(key.device)
        append(key.inode)
        append(UInt64(bitPattern: key.modified))
        append(UInt64(bitPattern: key.size))
        bytes += [key.coding.stored, key.level, 0, 0, 0, 0, 0, 0]
        append(UInt64(bitPattern: count))
        append(checksum)
        append(Checksum.of(bytes.span))
        return bytes
    }
}

/// Reads numbers from the front of bytes.
private struct FieldReader: ~Escapable {
    private let bytes: Span<UInt8>
    private(set) var place = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    @_lifetime(self: copy self)
    mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    @_lifetime(self: copy self)
    mutating func take(_ expected: [UInt8]) -> Bool {
        for wanted in expected {
            guard byte() == wanted else { return false }
        }
        return true
    }

    @_lifetime(self: copy self)
    mutating func number() -> UInt64? {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            guard let byte = byte() else { return nil }
            result |= UInt64(byte) << shift
        }
        return result
    }
}

extension Coding {
    /// The number of the coding in headers; never used again for another.
    fileprivate var stored: UInt8 {
        switch self {
        case .zstd: 1
        case .br: 2
        case .gzip: 3
        case .deflate: 4
        }
    }

    fileprivate init?(stored: UInt8) {
        guard let found = Self.allCases.first(where: { $0.stored == stored }) else { return nil }
        self = found
    }
}
