// SPDX-License-Identifier: Apache-2.0
import APR
import Foundation
import Testing

/// A folder that is gone with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "apr-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, _ name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
    }
}

@Suite("Files over real APR")
struct FileTests {
    private let fixture: Fixture
    private let folder: TemporaryFolder

    init() throws {
        fixture = try #require(Fixture())
        folder = try TemporaryFolder()
    }

    @Test func anOpenFileKnowsItsStatusWhenItsNameIsGone() throws {
        let path = try folder.write("hello", "a")
        let file = try File(path, for: .reading)
        let before = try FileStatus(of: path)
        try File.remove(path)
        let status = try file.status()
        #expect(status == before && status.size == 5 && status.kind == .regular && status.inode != 0)
        #expect(status.modified > Timestamp(microseconds: Timestamp.now.microseconds - 60_000_000))
    }

    @Test func partsAreReadFromWhereTheyAre() throws {
        var file = try File(try folder.write("0123456789", "a"), for: .reading)
        for (offset, count, text) in [(3, 4, "3456"), (8, 10, "89"), (10, 10, ""), (0, 0, ""), (0, -1, "")] {
            let bytes = try file.bytes(at: Int64(offset), count: count)
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }
    }

    @Test func anArrayIsReadIntoAgainWhateverItsSizeWas() throws {
        var file = try File(try folder.write("0123456789", "a"), for: .reading)
        var bytes: [UInt8] = [9, 9]
        try file.read(at: 0, count: 8, into: &bytes)
        #expect(bytes == Array("01234567".utf8))
        try file.read(at: 8, count: 8, into: &bytes)
        #expect(bytes == Array("89".utf8))
    }

    @Test func aFileIsMadeOnceAndForItsUserOnly() throws {
        let path = folder.path + "/made"
        var file = try File(path, for: .creating)
        try file.write("tail".utf8.span, at: 4)
        try file.write("head".utf8.span, at: 0)
        #expect(try folder.text("made") == "headtail")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        do throws(FileError) {
            _ = try File(path, for: .creating)
            Issue.record("made twice")
        } catch {
            #expect(error.isExisting && error.operation == .creating && error.path == path)
        }
    }

    @Test func aMissingFileIsAnErrorOfItsOwn() throws {
        do throws(FileError) {
            _ = try File(folder.path + "/none", for: .reading)
            Issue.record("opened")
        } catch {
            #expect(error.isMissing && !error.isForbidden && !error.isFull)
            #expect(error.description.hasPrefix("opening '\(folder.path)/none': "))
            #expect(HTTPDError(error).status == error.status)
        }
    }

    @Test func aNewNameReplacesWhatWasThere() throws {
        let old = try folder.write("old", "name")
        let new = try folder.write("new", "other")
        var open = try File(old, for: .reading)
        try File.rename(new, to: old)
        #expect(try folder.text("name") == "new")
        let bytes = try open.bytes(at: 0, count: 9)
        #expect(bytes == Array("old".utf8))
    }

    @Test func aFolderListsWhatIsInItAndFollowsNoLink() throws {
        _ = try folder.write("a", "one")
        try Folder.create(folder.path + "/two")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/three", withDestinationPath: "one")
        let entries = try Folder.entries(of: folder.path).sorted { $0.name < $1.name }
        #expect(entries.map(\.name) == ["one", "three", "two"])
        #expect(entries.map(\.status.kind) == [.regular, .link, .folder])
        #expect(try FileStatus(of: folder.path + "/three").kind == .regular)
        #expect(try FileStatus(of: folder.path + "/three", followsLinks: false).kind == .link)
        #expect(throws: FileError.self) { try Folder.entries(of: folder.path + "/none") }
    }

    @Test func aLockKeepsAnotherProcessOut() throws {
        let path = folder.path + "/lock"
        var file = try File(path, for: .writing)
        let isLocked = try file.lock(waits: false)
        #expect(isLocked)
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        other.arguments = [
            "python3", "-c",
            """
            import fcntl, sys
            f = open(sys.argv[1], 'r+')
            for lock in (fcntl.lockf, fcntl.flock):
                try: lock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError: sys.exit(7)
            """, path,
        ]
        try other.run()
        other.waitUntilExit()
        #expect(other.terminationStatus == 7)
        withExtendedLifetime(file) {}
    }

    @Test func aFileIsAPieceOfABrigadeAndClosedWithItsPool() throws {
        let path = try folder.write("0123456789", "a")
        try fixture.withBrigade { brigade in
            try brigade.append(file: try File(path, for: .sending), offset: 2, count: 5, allowsMapping: false)
            brigade.appendEndOfStream()
            let (found, whole) = (brigade.firstFilePiece, brigade.wholeFile)
            let piece = try #require(found)
            #expect(try piece.file == FileStatus(of: path))
            #expect(piece.offset == 2 && piece.count == 5 && !piece.isWhole && whole == nil)
            #expect(piece.allowsSendfile && !piece.allowsMapping)
            let text = try brigade.drainText()
            #expect(text == "23456<end>")
        }
    }

    @Test func aBrigadeThatIsAFileSaysSo() throws {
        let path = try folder.write("0123456789", "a")
        try fixture.withBrigade { brigade in
            let empty = brigade.wholeFile
            try brigade.append(file: try File(path, for: .reading), offset: 0, count: 10)
            let (open, piece) = (brigade.wholeFile, brigade.firstFilePiece)
            #expect(empty == nil && open == nil && piece?.isWhole == true)
            brigade.appendEndOfStream()
            let whole = brigade.wholeFile
            #expect(whole?.file.size == 10 && whole?.allowsSendfile == false)
            // What was read is memory.
            _ = try brigade.readFirst()
            let (read, readPiece) = (brigade.wholeFile, brigade.firstFilePiece)
            #expect(read == nil && readPiece == nil)
        }
        try fixture.withBrigade { brigade in
            try brigade.append(file: try File(path, for: .reading), offset: 0, count: 10)
            brigade.append("more")
            brigade.appendEndOfStream()
            let whole = brigade.wholeFile
            #expect(whole == nil)
        }
    }

    @Test func aFileInABrigadeIsClosedWhenItsPoolEndsAndNotBefore() throws {
        let path = try folder.write("0123456789", "a")
        let before = try openFiles()
        try {
            let other = try #require(Fixture())
            try other.withBrigade { brigade in
                try brigade.append(file: try File(path, for: .reading), offset: 0, count: 10)
                let during = try openFiles()
                let text = try brigade.drainText()
                #expect(during == before + 1 && text == "0123456789")
            }
        }()
        #expect(try openFiles() == before)
    }

    private func openFiles() throws -> Int {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: "/proc/self/fd").filter {
            let path = try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
            return path?.hasPrefix(folder.path) == true
        }.count
    }
}
