// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// Makes a variant of a file and stores it: what is done beside requests.
struct VariantMaker: Sendable {
    /// The file.
    let path: String
    /// What it must be when it is read, and what becomes of it.
    let key: VariantKey
    /// Where the variant goes.
    let store: VariantStore

    /// A file that was changed less than so many microseconds ago may be changed again without a sign: the times of files are
    /// coarse, and what is written in one tick has one time.
    private static let settling: Int64 = 2_000_000

    /// Whether a file may be stored: a regular one that is not just being written, and not larger than the store.
    static func suits(_ file: FileStatus, _ store: VariantStore) -> Bool {
        let (age, overflow) = Timestamp.now.microseconds.subtractingReportingOverflow(file.modified.microseconds)
        return file.kind == .regular && file.size > 0 && file.size <= largest && !overflow
            && age.magnitude >= settling.magnitude && store.limit > EntryHeader.payloadOffset
    }

    /// Longer files keep a thread busy for minutes.
    private static let largest: Int64 = 256 << 20

    /// Does it, and notes in the store if there is no use in trying again.
    ///
    /// - Parameter shouldStop: Asked now and then; true to give up.
    /// - Throws: What the file or the store cannot be used for.
    func run(_ shouldStop: () -> Bool) throws(FileError) -> VariantStore.Insertion {
        do throws(FileError) {
            let outcome = try make(shouldStop)
            switch outcome {
            case .stored, .underWay: break
            case .tooLarge, .givenUp: store.giveUp(key)
            }
            return outcome
        } catch {
            if error.path == path { store.giveUp(key) }
            throw error
        }
    }

    private func make(_ shouldStop: () -> Bool) throws(FileError) -> VariantStore.Insertion {
        // Another process was faster.
        if try store.find(key, for: .reading) != nil { return .stored }
        var file = try File(path, for: .reading)
        guard key.matches(try file.status()) else { return .givenUp }
        return try store.insert(key) { writer throws(FileError) in
            guard try compress(&file, into: &writer, shouldStop) else { return false }
            // What changed while it was read is nobody's content.
            return key.matches(try file.status())
        }
    }

    private var settings: CompressionSettings {
        CompressionSettings(profile: .small, level: Int(key.level))
    }

    private func compress(
        _ file: inout File, into writer: inout EntryWriter, _ shouldStop: () -> Bool
    ) throws(FileError) -> Bool {
        // What is compressed in one go cannot be stopped, but is smaller, and at gzip's best levels there is nothing else.
        let isWhole =
            switch key.coding {
            case .gzip, .deflate: key.size <= Coding.wholeLimit
            case .zstd, .br: key.size <= 1 << 20
            }
        return isWhole ? try compressWhole(&file, into: &writer) : try compressStream(&file, into: &writer, shouldStop)
    }

    private func compressWhole(_ file: inout File, into writer: inout EntryWriter) throws(FileError) -> Bool {
        let bytes = try file.bytes(at: 0, count: Int(clamping: key.size))
        guard Int64(bytes.count) == key.size else { return false }
        var buffer = OutputBuffer()
        do throws(StreamError) {
            try buffer.collect { output throws(StreamError) in
                try Compressor.compressWhole(bytes.span, key.coding, settings, into: &output)
            }
        } catch {
            return false
        }
        return try writer.write(buffer.bytes)
    }

    private func compressStream(
        _ file: inout File, into writer: inout EntryWriter, _ shouldStop: () -> Bool
    ) throws(FileError) -> Bool {
        var compressor = Compressor(key.coding, settings, length: Int(clamping: key.size))
        var buffer = OutputBuffer()
        var bytes: [UInt8] = []
        var place: Int64 = 0
        while place < key.size {
            if shouldStop() { return false }
            try file.read(at: place, count: 64 * 1024, into: &bytes)
            guard !bytes.isEmpty else { return false }
            place += Int64(bytes.count)
            do throws(StreamError) {
                try buffer.collect { output throws(StreamError) in try compressor.write(bytes.span, into: &output) }
            } catch {
                return false
            }
            guard try writer.write(buffer.bytes) else { return false }
            buffer.removeAll()
        }
        do throws(StreamError) {
            try buffer.collect { output throws(StreamError) in try compressor.finish(into: &output) }
        } catch {
            return false
        }
        return try writer.write(buffer.bytes)
    }
}
