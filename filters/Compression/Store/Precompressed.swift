// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD

/// Files that an administrator has compressed and put beside the plain ones: `page.html.br`.
enum Precompressed {
    /// How the name of a coded file ends; `nil` for a coding of which there are no files.
    static func suffix(of coding: Coding) -> String? {
        switch coding {
        case .zstd: ".zst"
        case .br: ".br"
        case .gzip: ".gz"
        case .deflate: nil
        }
    }

    /// What was found: a file to send in place of the plain one.
    struct Found: ~Copyable {
        var file: File
        let status: FileStatus

        /// What tells its bytes from those of another file.
        var mark: UInt32 {
            var sum: UInt64 = 0
            for number in [status.device, status.inode, UInt64(bitPattern: status.size)] { sum = sum &* 31 &+ number }
            sum = sum &* 31 &+ UInt64(bitPattern: status.modified.microseconds)
            return UInt32(truncatingIfNeeded: sum ^ (sum >> 32))
        }

        consuming func take() -> File { file }
    }

    /// What is at the path of a coded file, if it is a file and not older than the plain one.
    ///
    /// - Parameters:
    ///   - path: The coded file's path.
    ///   - original: The plain file.
    static func candidate(_ path: String, for original: FileStatus) throws(FileError) -> FileStatus? {
        guard let status = try status(of: path), isUsable(status, for: original) else { return nil }
        return status
    }

    /// Opens a coded file, if it is what it should be.
    ///
    /// - Parameters:
    ///   - path: The coded file's path.
    ///   - served: What the server itself would send to this client for this path.
    ///   - original: The plain file. What is older than it is not used.
    ///   - coding: The coding.
    ///   - access: How the coded file is opened.
    ///   - known: Which files have been looked into, and were of their coding.
    static func open(
        _ path: String, _ served: FileStatus, for original: FileStatus, _ coding: Coding, access: File.Access,
        known: VerifiedEntries
    ) throws(FileError) -> Found? {
        var file = try File(path, for: access)
        // The path may mean another file by now, of which nobody has said that it may be sent.
        let status = try file.status()
        guard status.isSameFile(as: served), isUsable(status, for: original) else { return nil }
        let isSound = try known.isSound(status) { () throws(FileError) in
            let bytes = try file.bytes(at: 0, count: 64 * 1024)
            return begins(bytes, as: coding, isAll: Int64(bytes.count) == status.size)
        }
        return isSound ? Found(file: file, status: status) : nil
    }

    private static func status(of path: String) throws(FileError) -> FileStatus? {
        do throws(FileError) {
            return try FileStatus(of: path)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    private static func isUsable(_ file: FileStatus, for original: FileStatus) -> Bool {
        file.kind == .regular && file.size > 0 && file.modified >= original.modified
    }

    /// Whether bytes are the beginning of a file in a coding, or all of it: by the magic bytes, where there are any, and
    /// because they can be decoded.
    static func begins(_ bytes: [UInt8], as coding: Coding, isAll: Bool) -> Bool {
        let magics: [[UInt8]]
        switch coding {
        case .zstd: magics = [[0x28, 0xB5, 0x2F, 0xFD]]
        case .gzip: magics = [[0x1F, 0x8B, 0x08]]
        // It has none: the decoder has to tell.
        case .br: magics = [[]]
        case .deflate: return false
        }
        guard magics.contains(where: { bytes.starts(with: $0) }) else { return false }
        do throws(DecompressionFailure) {
            var decompressor = try Decompressor([coding], limit: DecompressionLimit(size: .max, ratio: .max, layers: 1))
            return decodes(bytes, isAll: isAll, with: &decompressor)
        } catch {
            return false
        }
    }

    private static func decodes(_ bytes: [UInt8], isAll: Bool, with decompressor: inout Decompressor) -> Bool {
        var buffer = OutputBuffer()
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(4096))
            rest = rest.dropFirst(4096)
            do throws(StreamError) {
                try buffer.collect { output throws(StreamError) in try decompressor.write(piece.span, into: &output) }
            } catch {
                // Sound, but so dense that it is not worth decoding to find out.
                return decompressor.failure == .tooDense
            }
            buffer.removeAll()
        }
        guard isAll else { return true }
        do throws(StreamError) {
            try buffer.collect { output throws(StreamError) in try decompressor.finish(into: &output) }
            return true
        } catch {
            return false
        }
    }
}
