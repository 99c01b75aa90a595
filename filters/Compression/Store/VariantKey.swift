// SPDX-License-Identifier: Apache-2.0
public import Codecs
public import HTTPD

/// What a stored variant is of: a file as it was at one time, in a coding at a level.
public struct VariantKey: Hashable, Sendable {
    /// The disk of the file.
    public let device: UInt64
    /// The file's number on it.
    public let inode: UInt64
    /// When it was changed last, in microseconds since 1970.
    public let modified: Int64
    /// How long it is.
    public let size: Int64
    /// The coding.
    public let coding: Coding
    /// The level, of the coding's own scale.
    public let level: UInt8

    /// The variant of a file at the level that it is stored at.
    public init(of file: FileStatus, _ coding: Coding) {
        self.init(
            device: file.device, inode: file.inode, modified: file.modified.microseconds, size: file.size,
            coding: coding, level: coding.storedLevel(forBytes: file.size))
    }

    /// A variant of a file of which all is known.
    public init(device: UInt64, inode: UInt64, modified: Int64, size: Int64, coding: Coding, level: UInt8) {
        self.device = device
        self.inode = inode
        self.modified = modified
        self.size = size
        self.coding = coding
        self.level = level
    }

    /// Whether a file is still what the variant is of.
    func matches(_ file: FileStatus) -> Bool {
        file.device == device && file.inode == inode && file.modified.microseconds == modified && file.size == size
            && file.kind == .regular
    }

    /// The name of the entry. That of a file which was changed has the same, and takes the place of the old one.
    var entryName: EntryName { EntryName(device: device, inode: inode, level: level, coding: coding) }
}

/// The name of an entry in the folder of a store: `803-1f2a-11.br`.
public struct EntryName: Hashable, Sendable, CustomStringConvertible {
    let device: UInt64
    let inode: UInt64
    let level: UInt8
    let coding: Coding

    /// What stands behind the name while the entry is being made.
    static let temporarySuffix = ".part"

    /// The name.
    public var description: String {
        "\(String(device, radix: 16))-\(String(inode, radix: 16))-\(level).\(coding.token)"
    }

    init(device: UInt64, inode: UInt64, level: UInt8, coding: Coding) {
        self.device = device
        self.inode = inode
        self.level = level
        self.coding = coding
    }

    /// Reads a name back; `nil` for what no store has made: files of others are left alone.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last, let coding = Coding(token: last) else {
            return nil
        }
        let numbers = first.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0, radix: 16) }
        guard numbers.count == 3, case let device?? = numbers.first, case let inode?? = numbers.dropFirst().first,
            let level = first.split(separator: "-").last.flatMap({ UInt8($0) })
        else { return nil }
        self.init(device: device, inode: inode, level: level, coding: coding)
        // One spelling only: no sign, no leading zero.
        guard description == text else { return nil }
    }
}

extension Coding {
    /// The strongest level at which a file of this length is compressed in a time that is worth it: some seconds at most, of a
    /// thread that only takes what nobody else wants.
    func storedLevel(forBytes size: Int64) -> UInt8 {
        switch self {
        case .br: size <= 4 << 20 ? 11 : size <= 32 << 20 ? 9 : 6
        case .zstd: size <= 32 << 20 ? 19 : 12
        // Above 9 the whole of the file is in memory.
        case .gzip, .deflate: size <= Self.wholeLimit ? 12 : 9
        }
    }

    /// The largest file that is compressed in memory, and not as a stream.
    static let wholeLimit: Int64 = 8 << 20
}
