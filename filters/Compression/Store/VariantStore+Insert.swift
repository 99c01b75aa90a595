// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

extension VariantStore {
    /// What became of a variant that was to be stored.
    enum Insertion: Equatable, Sendable {
        /// It is there.
        case stored
        /// Another process makes it.
        case underWay
        /// It, or its file, is larger than the store.
        case tooLarge
        /// It was given up: the file has changed, or whoever makes it was told to stop.
        case givenUp
    }

    /// The locks of a folder: held while names are made, given and taken away, never while anything is compressed.
    private static let lockName = ".lock"

    /// Puts a variant into the store, under its name at once and only when it is whole.
    ///
    /// - Parameters:
    ///   - key: What it is of.
    ///   - make: Writes its bytes, piece by piece; false gives it up.
    /// - Throws: What the folder cannot be used for; nothing is left behind then.
    func insert(
        _ key: VariantKey, _ make: (inout EntryWriter) throws(FileError) -> Bool
    ) throws(FileError) -> Insertion {
        guard let file = try begin(key.entryName) else { return .underWay }
        let temporary = temporaryPath(of: key.entryName)
        var writer = EntryWriter(file, most: max(0, limit - EntryHeader.payloadOffset))
        // Its lock has to hold until the entry has its name.
        defer { withExtendedLifetime(writer) {} }
        do throws(FileError) {
            guard try make(&writer), writer.count > 0 else {
                try File.remove(temporary)
                return writer.isFull ? .tooLarge : .givenUp
            }
            return try name(key.entryName, size: try writer.finish(key))
        } catch {
            try? File.remove(temporary)
            throw error
        }
    }

    /// Makes the file that becomes the entry, unless somebody else is at it; what a process left that died is replaced.
    private func begin(_ name: EntryName) throws(FileError) -> File? {
        let path = temporaryPath(of: name)
        return try withFolder { () throws(FileError) -> File? in
            for _ in 0..<2 {
                do throws(FileError) {
                    var file = try File(path, for: .creating)
                    _ = try file.lock(waits: false)
                    return file
                } catch {
                    guard error.isExisting else { throw error }
                    guard try isStale(path) else { return nil }
                    try File.remove(path)
                }
            }
            return nil
        }
    }

    /// Whether nobody is at a file any more: whoever makes an entry has it locked, and a lock ends with its process.
    private func isStale(_ path: String) throws(FileError) -> Bool {
        do throws(FileError) {
            var file = try File(path, for: .writing)
            return try file.lock(waits: false)
        } catch {
            if error.isForbidden { return false }
            throw error
        }
    }

    /// Makes room, and gives the new entry its name.
    private func name(_ name: EntryName, size: Int64) throws(FileError) -> Insertion {
        let temporary = temporaryPath(of: name)
        guard size <= limit else {
            try File.remove(temporary)
            return .tooLarge
        }
        return try withFolder { () throws(FileError) in
            try sweep(to: limit - size, keeping: name)
            try File.rename(temporary, to: path(of: name))
            return .stored
        }
    }

    /// Removes entries until what is left takes up at most `limit` bytes: first those that were neither read nor made for the
    /// longest time.
    func sweep() throws(FileError) {
        try withFolder { () throws(FileError) in try sweep(to: limit, keeping: nil) }
    }

    /// - Parameters:
    ///   - most: What is to be left, without `name`.
    ///   - name: An entry whose new file has its temporary name yet, and whose old one is going to be replaced.
    private func sweep(to most: Int64, keeping name: EntryName?) throws(FileError) {
        var total: Int64 = 0
        var entries: [(path: String, size: Int64, used: Timestamp)] = []
        for entry in try Folder.entries(of: folder) where entry.status.kind == .regular {
            let path = folder + "/" + entry.name
            if let found = EntryName(entry.name) {
                guard found != name else { continue }
                entries.append((path, entry.status.size, max(entry.status.accessed, entry.status.modified)))
            } else if entry.name.hasSuffix(EntryName.temporarySuffix),
                let found = EntryName(String(entry.name.dropLast(EntryName.temporarySuffix.count)))
            {
                guard found != name else { continue }
                if try isStale(path) {
                    try removeIfThere(path)
                    continue
                }
            } else {
                continue
            }
            total += entry.status.size
        }
        guard total > most else { return }
        for entry in entries.sorted(by: { $0.used < $1.used }) {
            try removeIfThere(entry.path)
            total -= entry.size
            if total <= most { return }
        }
    }

    private func removeIfThere(_ path: String) throws(FileError) {
        do throws(FileError) {
            try File.remove(path)
        } catch {
            guard error.isMissing else { throw error }
        }
    }

    /// Runs `body` while no other process does so in this folder.
    private func withFolder<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(FileError) -> Result {
        var file = try File(folder + "/" + Self.lockName, for: .writing)
        _ = try file.lock(waits: true)
        defer { withExtendedLifetime(file) {} }
        return try body()
    }
}

/// Writes the bytes of an entry.
struct EntryWriter: ~Copyable {
    private var file: File
    private let most: Int64
    /// How many bytes were written.
    private(set) var count: Int64 = 0
    /// Whether more were to be written than may be.
    private(set) var isFull = false

    init(_ file: consuming File, most: Int64) {
        self.file = file
        self.most = most
    }

    /// Writes bytes behind those that were written: whether they may be so many.
    mutating func write(_ bytes: Span<UInt8>) throws(FileError) -> Bool {
        guard !isFull, Int64(bytes.count) <= most - count else {
            isFull = true
            return false
        }
        try file.write(bytes, at: EntryHeader.payloadOffset + count)
        count += Int64(bytes.count)
        return true
    }

    /// Writes the header, without which the entry is none: how long the file is.
    mutating func finish(_ key: VariantKey) throws(FileError) -> Int64 {
        let checksum = try VariantStore.checksum(of: &file, count: count)
        let header = EntryHeader(key, count: count, checksum: checksum)
        try file.write(header.encoded.span, at: 0)
        return header.fileSize
    }
}
