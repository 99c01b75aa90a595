// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import Synchronization

/// Where a coded body comes from that was not made for the response: what the note `compress-source` says.
enum VariantSource {
    /// The folder of `CompressCache`.
    case stored
    /// A file beside the plain one.
    case precompressed

    /// What the note says.
    var name: StaticString {
        switch self {
        case .stored: "stored"
        case .precompressed: "precompressed"
        }
    }
}

/// Finds what can be sent in place of a file, and sees to it that next time there is something.
enum FileVariants {
    /// What can be sent.
    struct Found: ~Copyable {
        let source: VariantSource
        let file: FileSubstitute
        /// How many bytes it has.
        let count: Int
        /// What tells its bytes from those of any other variant.
        let mark: UInt32

        init(source: VariantSource, file: consuming FileSubstitute, count: Int, mark: UInt32) {
            self.source = source
            self.file = file
            self.count = count
            self.mark = mark
        }

        /// A stored variant whose bytes are in memory.
        init(_ held: VariantMemory.Held) {
            source = .stored
            file = FileSubstitute(held.bytes)
            count = held.bytes.count
            mark = UInt32(truncatingIfNeeded: held.checksum)
        }

        consuming func take() -> FileSubstitute { file }
    }

    /// The stores of this process, by folder and limit.
    private static let stores = Mutex<[CacheFolder: VariantStore]>([:])
    /// The files beside plain ones that this process has looked into.
    private static let known = VerifiedEntries()
    /// What went wrong with these files.
    private static let trouble = Trouble()

    /// Looks for the variant of a file.
    ///
    /// - Parameters:
    ///   - request: The request that names the file.
    ///   - piece: The file, as it was opened to be sent.
    ///   - coding: The coding that the client gets.
    ///   - policy: What is in force.
    static func find(
        for request: borrowing Request, _ piece: FilePiece, _ coding: Coding,
        _ policy: CompressionPolicy
    ) -> Found? {
        // Another file than the one that the request was mapped to: whoever opened it knows why.
        guard let named = request.fileStatus, named.isSameContent(as: piece.file) else { return nil }
        let access: File.Access = piece.allowsSendfile ? .sending : .reading
        if policy.usesPrecompressed, let path = request.filename,
            let found = precompressed(request, path, piece, coding, access)
        {
            return found
        }
        guard let store = policy.store(for: request) else { return nil }
        return stored(request, piece, coding, access, store)
    }

    private static func precompressed(
        _ request: borrowing Request, _ path: String, _ piece: FilePiece, _ coding: Coding, _ access: File.Access
    ) -> Found? {
        // A closure cannot hold a lent request.
        do throws(FileError) {
            guard let suffix = Precompressed.suffix(of: coding),
                let candidate = try Precompressed.candidate(path + suffix, for: piece.file),
                let served = request.servedFile(at: path + suffix), served.isSameFile(as: candidate)
            else { return nil }
            let found = try Precompressed.open(
                path + suffix, served, for: piece.file, coding, access: access, known: known)
            guard let found, let count = Int(exactly: found.status.size) else { return nil }
            let mark = found.mark
            return Found(
                source: .precompressed, file: FileSubstitute(found.take(), offset: 0, count: count), count: count,
                mark: mark)
        } catch {
            if trouble.note(pausing: false) { request.log.error("a compressed file is not used: \(error.description)") }
            return nil
        }
    }

    private static func stored(
        _ request: borrowing Request, _ piece: FilePiece, _ coding: Coding, _ access: File.Access, _ store: VariantStore
    ) -> Found? {
        let key = VariantKey(of: piece.file, coding)
        if let held = store.held(key) { return Found(held) }
        do throws(FileError) {
            if var variant = try store.find(key, for: access) {
                if variant.isShort, let held = try store.hold(key, &variant) { return Found(held) }
                if !variant.isShort {
                    let (count, mark) = (variant.count, UInt32(truncatingIfNeeded: variant.checksum))
                    return Found(
                        source: .stored,
                        file: FileSubstitute(variant.take(), offset: EntryHeader.payloadOffset, count: count),
                        count: count, mark: mark)
                }
            }
        } catch {
            if store.trouble.note(pausing: false) {
                request.log.error("files are compressed anew: the folder of CompressCache fails: \(error.description)")
            }
        }
        if VariantMaker.suits(piece.file, store), store.isWorthTrying(key), let path = request.filename {
            make(VariantMaker(path: path, key: key, store: store))
        }
        return nil
    }

    /// The store in a folder: one per process, whichever sections name it.
    static func store(of folder: CacheFolder, at path: String) -> VariantStore {
        let made = VariantStore(folder: path, limit: Int64(folder.limit.bytes))
        return stores.withLock { stores in
            if let store = stores[folder] { return store }
            stores[folder] = made
            return made
        }
    }

    /// Has a variant made, beside requests.
    private static func make(_ maker: VariantMaker) {
        BackgroundWork.submit("\(maker.store.folder)/\(maker.key.entryName)") { job in
            do throws(FileError) {
                let outcome = try maker.run { job.shouldStop }
                job.log(.debug, "the \(maker.key.coding.token) variant of '\(maker.path)': \(outcome)")
            } catch {
                // The file may have gone; that is nothing about the folder.
                guard error.path != maker.path else { return }
                if maker.store.trouble.note(pausing: true) {
                    job.log(
                        .error, "compressed files are not kept: the folder of CompressCache fails: \(error.description)"
                    )
                }
            }
        }
    }
}
