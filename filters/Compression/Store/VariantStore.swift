// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import Synchronization

/// Stored variants of files: a folder with one entry for each.
///
/// Any number of processes may use one folder, of one server or of several on one machine. An entry is found by name and
/// believed only if it says itself that it is what is wanted, is as long as it says and, when a process sees it first, has the
/// bytes that were written; it comes into its name whole. What is not believed is as if it were not there.
///
/// Entries belong to the user that the server's processes run as; those of others are not believed.
final class VariantStore: Sendable {
    /// The folder.
    let folder: String
    /// The most bytes that files of the store take up, together.
    let limit: Int64

    private let verified = VerifiedEntries()
    private let memory = VariantMemory()
    private let user: UInt32
    let trouble = Trouble()
    /// What this process has tried in vain, so that it is not compressed again for each request.
    private let hopeless = Mutex<Set<VariantKey>>([])

    /// A store in a folder, which is looked at when it is used.
    ///
    /// - Parameters:
    ///   - folder: The path of a folder that exists.
    ///   - limit: The most bytes.
    ///   - user: The number of the user to whom entries must belong.
    init(folder: String, limit: Int64, user: UInt32 = FileStatus.processUser) {
        self.folder = folder
        self.limit = limit
        self.user = user
    }

    /// A stored variant that can be sent.
    struct Variant: ~Copyable {
        /// The open entry.
        var file: File
        /// Whether it is short enough to be held in memory.
        var isShort: Bool { count <= VariantMemory.longest }
        /// How many bytes it has, from ``EntryHeader/payloadOffset`` on.
        let count: Int
        /// The checksum of these bytes.
        let checksum: UInt64

        consuming func take() -> File { file }
    }

    /// Looks for a variant.
    ///
    /// - Parameters:
    ///   - key: What is wanted.
    ///   - access: How it is opened: ``File/Access/reading`` or ``File/Access/sending``.
    /// - Returns: The variant, or `nil` if there is none that can be believed.
    /// - Throws: What the folder or the entry cannot be used for.
    func find(_ key: VariantKey, for access: File.Access = .sending) throws(FileError) -> Variant? {
        guard var file = try open(key, for: access) else { return nil }
        let status = try file.status()
        guard status.kind == .regular, status.owner == user else { return nil }
        let bytes = try file.bytes(at: 0, count: EntryHeader.size)
        guard let header = EntryHeader(bytes.span), header.key == key, header.fileSize == status.size,
            header.count > 0, let count = Int(exactly: header.count)
        else { return nil }
        let isSound = try verified.isSound(status) { () throws(FileError) in
            try Self.checksum(of: &file, count: header.count) == header.checksum
        }
        return isSound ? Variant(file: file, count: count, checksum: header.checksum) : nil
    }

    /// A short variant that was found not long ago.
    func held(_ key: VariantKey) -> VariantMemory.Held? { memory.find(key, at: .now) }

    /// Reads a short variant that was found into memory, and holds it there.
    ///
    /// - Returns: The bytes; `nil` if they are not those that were written any more.
    func hold(_ key: VariantKey, _ variant: inout Variant) throws(FileError) -> VariantMemory.Held? {
        let bytes = try variant.file.bytes(at: EntryHeader.payloadOffset, count: variant.count)
        // What was found sound may have been spoilt since, by a disk that says nothing.
        guard bytes.count == variant.count, Checksum.of(bytes.span) == variant.checksum else {
            verified.note(try variant.file.status(), isSound: false)
            return nil
        }
        let held = VariantMemory.Held(bytes: bytes, checksum: variant.checksum)
        memory.hold(key, held, at: .now)
        return held
    }

    /// Whether it may make sense to store a variant that is not there.
    func isWorthTrying(_ key: VariantKey) -> Bool { trouble.isOver && !hopeless.withLock { $0.contains(key) } }

    /// Notes that a variant could not be stored, for a reason that lies in the variant or its file.
    func giveUp(_ key: VariantKey) {
        hopeless.withLock { hopeless in
            if hopeless.count >= 4096 { hopeless.removeAll() }
            hopeless.insert(key)
        }
    }

    private func open(_ key: VariantKey, for access: File.Access) throws(FileError) -> File? {
        do throws(FileError) {
            return try File(path(of: key.entryName), for: access)
        } catch {
            // There is no entry, or no folder: whoever wants to put one there will find that out.
            if error.isMissing { return nil }
            throw error
        }
    }

    /// The checksum of the bytes behind the header.
    static func checksum(of file: inout File, count: Int64) throws(FileError) -> UInt64 {
        var sum = Checksum()
        var bytes: [UInt8] = []
        var done: Int64 = 0
        while done < count {
            let wanted = Int(min(count - done, pieceSize))
            try file.read(at: EntryHeader.payloadOffset + done, count: wanted, into: &bytes)
            sum.add(bytes.span)
            // It became shorter: what was read has another checksum than what was written.
            guard bytes.count == wanted else { break }
            done += Int64(wanted)
        }
        return sum.value
    }

    /// How much is read and written at once.
    static let pieceSize: Int64 = 256 * 1024

    func path(of name: EntryName) -> String { folder + "/" + name.description }
    func temporaryPath(of name: EntryName) -> String { path(of: name) + EntryName.temporarySuffix }
}

/// What is wrong with a folder, so that it is said once and not tried again and again.
final class Trouble: Sendable {
    private struct State {
        var hasSaid = false
        var pausedUntil = Timestamp(microseconds: 0)
    }

    /// Nothing is stored for so long after it could not be.
    private static let pause: Int64 = 60_000_000

    private let state = Mutex(State())

    /// Whether it makes sense to try now.
    var isOver: Bool { state.withLock { $0.pausedUntil } <= Timestamp.now }

    /// Notes that something went wrong: whether it is the first time.
    func note(pausing: Bool) -> Bool {
        let until = Timestamp(microseconds: Timestamp.now.microseconds &+ Self.pause)
        return state.withLock { state in
            if pausing { state.pausedUntil = until }
            defer { state.hasSaid = true }
            return !state.hasSaid
        }
    }
}
