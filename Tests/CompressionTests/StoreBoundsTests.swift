// SPDX-License-Identifier: Apache-2.0
import Codecs
import Foundation
import HTTPD
import HTTPDTesting
import Testing

@testable import Compression

@Suite("Bounds of a store, and many who use it")
struct StoreBoundsTests {
    private let folder: StoreFolder

    init() throws {
        folder = try StoreFolder()
    }

    /// Bytes that nothing makes smaller.
    private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
    }

    @Test func theOldestEntriesMakeRoomAndTheLimitHolds() throws {
        let store = VariantStore(folder: folder.store, limit: 100_000)
        var files: [String] = []
        for index in 0..<10 {
            let file = try folder.write(noise(20_000, seed: UInt64(index + 1)), "\(index)")
            files.append(file)
            #expect(try store.make(file) == .stored)
            #expect(try folder.size <= 100_000)
            // The clock of files is coarse. Nothing is read in between: the store would take note of it.
            let name = VariantKey(of: try FileStatus(of: file), .gzip).entryName.description
            try setTimes(folder.store + "/" + name, Double(100 - index))
        }
        let left = try files.map { try store.bytes(of: $0) != nil }
        #expect(left == [false, false, false, false, false, false, true, true, true, true])
    }

    private func setTimes(_ path: String, _ age: Double) throws {
        let time = Int(Date.now.timeIntervalSince1970 - age)
        _ = try Command("touch", ["-d", "@\(time)", path]).run()
    }

    @Test func whatWasReadLatelyStays() throws {
        let store = VariantStore(folder: folder.store, limit: 60_000)
        let files = try (0..<3).map { try folder.write(noise(20_000, seed: UInt64($0 + 1)), "\($0)") }
        for (index, file) in files.prefix(2).enumerated() {
            _ = try store.make(file)
            let name = VariantKey(of: try FileStatus(of: file), .gzip).entryName.description
            try setTimes(folder.store + "/" + name, index == 0 ? 200 : 100)
        }
        let first = VariantKey(of: try FileStatus(of: files[0]), .gzip).entryName.description
        _ = try Command("touch", ["-a", folder.store + "/" + first]).run()
        _ = try store.make(files[2])
        #expect(try files.map { try store.bytes(of: $0) != nil } == [true, false, true])
    }

    @Test func whatIsLargerThanTheStoreIsNotStoredAndPushesNothingOut() throws {
        let store = VariantStore(folder: folder.store, limit: 50_000)
        let small = try folder.write(noise(10_000, seed: 1), "small")
        let large = try folder.write(noise(60_000, seed: 2), "large")
        _ = try store.make(small)
        let key = VariantKey(of: try FileStatus(of: large), .gzip)
        #expect(store.isWorthTrying(key) == true)
        #expect(try store.make(large) == .tooLarge)
        // Nobody tries again, as long as it is this file.
        #expect(store.isWorthTrying(key) == false)
        #expect(try store.bytes(of: small) != nil)
        #expect(try folder.entries.count == 1)
    }

    @Test func filesOfOthersInTheFolderAreLeftAloneAndNotCounted() throws {
        let other = folder.store + "/precious.html.br"
        try Data(noise(500_000, seed: 1)).write(to: URL(fileURLWithPath: other))
        let store = VariantStore(folder: folder.store, limit: 50_000)
        let file = try folder.write(noise(10_000, seed: 2), "file")
        #expect(try store.make(file) == .stored)
        #expect(try store.bytes(of: file) != nil)
        #expect(try folder.bytes(of: other).count == 500_000)
    }

    @Test func whatADeadProcessLeftIsTakenOverAndSweptUp() throws {
        let store = VariantStore(folder: folder.store, limit: 1 << 20)
        let file = try folder.write(page(10_000), "file")
        let name = VariantKey(of: try FileStatus(of: file), .gzip).entryName.description
        try Data(noise(5000, seed: 1)).write(to: URL(fileURLWithPath: "\(folder.store)/\(name).part"))
        try Data(noise(5000, seed: 1)).write(to: URL(fileURLWithPath: "\(folder.store)/1-2-3.br.part"))
        #expect(try store.make(file) == .stored)
        #expect(try folder.entries == [name])
    }

    @Test func whatAnotherProcessIsMakingIsNotMadeTwiceNorSweptUp() throws {
        let store = VariantStore(folder: folder.store, limit: 1 << 20)
        let file = try folder.write(page(10_000), "file")
        let other = try folder.write(page(10_000), "other")
        let name = VariantKey(of: try FileStatus(of: file), .gzip).entryName.description
        let path = "\(folder.store)/\(name).part"
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        maker.arguments = [
            "python3", "-c",
            """
            import fcntl, sys, time
            f = open(sys.argv[1], 'w')
            for lock in (fcntl.lockf, fcntl.flock): lock(f, fcntl.LOCK_EX)
            open(sys.argv[1] + '2', 'w')
            time.sleep(60)
            """, path,
        ]
        try maker.run()
        // What it inherits may keep SIGTERM away.
        defer {
            kill(maker.processIdentifier, SIGKILL)
            maker.waitUntilExit()
        }
        for _ in 0..<2000 where !FileManager.default.fileExists(atPath: path + "2") { usleep(5000) }
        #expect(try store.make(file) == .underWay)
        #expect(try store.make(other) == .stored)
        #expect(FileManager.default.fileExists(atPath: path))
        kill(maker.processIdentifier, SIGKILL)
        maker.waitUntilExit()
        #expect(try store.make(file) == .stored)
    }

    @Test func manyWhoMakeTheSameVariantsLeaveSoundOnesWithinTheLimit() async throws {
        let limit: Int64 = 200_000
        let files = try (0..<12).map { try folder.write(noise(15_000, seed: UInt64($0 + 1)), "\($0)") }
        let path = folder.store
        try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<6 {
                group.addTask {
                    let store = VariantStore(folder: path, limit: limit)
                    var seen = 0
                    for round in 0..<24 {
                        let file = files[(round * (worker + 1)) % files.count]
                        _ = try store.make(file, round.isMultiple(of: 2) ? .gzip : .zstd)
                        if let bytes = try store.bytes(of: file) {
                            seen += 1
                            #expect(bytes.count >= 15_000)
                        }
                    }
                    return seen
                }
            }
            for try await seen in group { #expect(seen > 0) }
        }
        #expect(try folder.size <= limit)
        let store = VariantStore(folder: path, limit: limit)
        var sound = 0
        for (index, file) in files.enumerated() {
            guard let bytes = try store.bytes(of: file) else { continue }
            sound += 1
            #expect(try plain(bytes, .gzip) == noise(15_000, seed: UInt64(index + 1)))
        }
        #expect(sound > 0)
        #expect(try folder.entries.allSatisfy { !$0.hasSuffix(".part") })
    }

    @Test func aFullDiskIsAnErrorThatLeavesNothing() throws {
        try #require(FileStatus.processUser == 0, "needs root")
        let mount = try Command("mount", ["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", folder.store]).run()
        try #require(mount.status == 0, "\(mount.errorText)")
        defer { _ = try? Command("umount", [folder.store]).run() }
        let store = VariantStore(folder: folder.store, limit: 10 << 20)
        let large = try folder.write(noise(100_000, seed: 1), "large")
        do {
            _ = try store.make(large)
            Issue.record("stored")
        } catch let error as FileError {
            #expect(error.isFull && error.operation == .writing)
        }
        #expect(try folder.entries == [])
        let small = try folder.write(noise(10_000, seed: 2), "small")
        #expect(try store.make(small) == .stored)
        #expect(try store.bytes(of: small) != nil)
    }

    @Test func aReadOnlyFolderServesWhatIsThereAndTakesNothing() throws {
        try #require(FileStatus.processUser == 0, "needs root")
        let store = VariantStore(folder: folder.store, limit: 10 << 20)
        let there = try folder.write(page(10_000), "there")
        let new = try folder.write(page(20_000), "new")
        _ = try store.make(there)
        for arguments in [["--bind", folder.store, folder.store], ["-o", "remount,ro,bind", folder.store]] {
            let mount = try Command("mount", arguments).run()
            try #require(mount.status == 0, "\(mount.errorText)")
        }
        defer { _ = try? Command("umount", [folder.store]).run() }
        #expect(try store.bytes(of: there) != nil)
        do {
            _ = try store.make(new)
            Issue.record("stored")
        } catch let error as FileError {
            #expect(error.isForbidden)
        }
    }

    @Test func troubleIsSaidOnceAndPausesWhatIsStored() {
        let trouble = Trouble()
        #expect(trouble.isOver)
        #expect(trouble.note(pausing: true) == true)
        #expect(!trouble.isOver)
        #expect(trouble.note(pausing: true) == false)
    }
}
