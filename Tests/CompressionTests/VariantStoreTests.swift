// SPDX-License-Identifier: Apache-2.0
import Codecs
import Foundation
import HTTPD
import HTTPDTesting
import Testing

@testable import Compression

@Suite("A folder of stored variants")
struct VariantStoreTests {
    private let folder: StoreFolder
    private let store: VariantStore

    init() throws {
        folder = try StoreFolder()
        store = VariantStore(folder: folder.store, limit: 10 << 20)
    }

    /// A store as another process sees it, which knows nothing yet.
    private var otherStore: VariantStore { VariantStore(folder: folder.store, limit: 10 << 20) }

    @Test(arguments: Coding.allCases)
    func whatIsStoredIsFoundAndIsTheFile(_ coding: Coding) throws {
        let text = page(100_000)
        let file = try folder.write(text, "page.html")
        #expect(try store.bytes(of: file, coding) == nil)
        #expect(try store.make(file, coding) == .stored)
        let bytes = try #require(try otherStore.bytes(of: file, coding))
        #expect(bytes.count < text.count / 2)
        #expect(try plain(bytes, coding) == text)
        #expect(try folder.entries.count == 1)
    }

    @Test(arguments: [.br, .zstd] as [Coding])
    func aLongFileIsCompressedAsAStream(_ coding: Coding) throws {
        let text = page(3 << 20)
        let file = try folder.write(text, "page.html")
        #expect(try store.make(file, coding) == .stored)
        let bytes = try #require(try store.bytes(of: file, coding))
        #expect(try plain(bytes, coding) == text)
    }

    @Test func storedVariantsAreSmallerThanWhatResponsesGet() throws {
        let text = page(200_000)
        let file = try folder.write(text, "page.html")
        for coding in Coding.allCases {
            _ = try store.make(file, coding)
            let stored = try #require(try store.bytes(of: file, coding)).count
            var buffer = OutputBuffer()
            try buffer.collect { output throws(StreamError) in
                try Compressor.compressWhole(text.span, coding, into: &output)
            }
            let usual = buffer.bytes.count
            #expect(stored < usual, "\(coding)")
        }
    }

    @Test func aChangedFileHasNoVariantUntilItIsMadeAgainAndThenTheOldOneIsGone() throws {
        let file = try folder.write(page(1000, seed: 1), "page.html")
        _ = try store.make(file)
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data(page(1000, seed: 2)))
        try handle.close()
        try folder.age(file, 50)
        #expect(try store.bytes(of: file) == nil)
        #expect(try store.make(file) == .stored)
        #expect(try plain(try #require(try store.bytes(of: file)), .gzip) == page(1000, seed: 2))
        #expect(try folder.entries.count == 1)
    }

    @Test func anotherFileOfTheSameNameHasNoVariant() throws {
        let file = try folder.write(page(1000), "page.html")
        _ = try store.make(file)
        let other = try folder.write(page(1000), "other.html")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: other, toPath: file)
        #expect(try store.bytes(of: file) == nil)
    }

    @Test func aFileThatHasJustBeenChangedIsLeftAlone() throws {
        let old = try FileStatus(of: try folder.write(page(1000), "old.html", age: 60))
        let new = try FileStatus(of: try folder.write(page(1000), "new.html", age: 0))
        let future = try FileStatus(of: try folder.write(page(1000), "future.html", age: -60))
        #expect(VariantMaker.suits(old, store) && !VariantMaker.suits(new, store))
        #expect(VariantMaker.suits(future, store))
    }

    @Test func noByteOfAnEntryCanBeAnother() throws {
        let file = try folder.write(page(2000), "page.html")
        _ = try store.make(file)
        let entry = folder.store + "/" + (try #require(try folder.entries.first))
        let sound = try folder.bytes(of: entry)
        let covered = Array(0..<EntryHeader.size) + Array(Int(EntryHeader.payloadOffset)..<sound.count)
        for index in covered {
            var wrong = sound
            wrong[index] ^= 0x10
            try Data(wrong).write(to: URL(fileURLWithPath: entry))
            #expect(try otherStore.bytes(of: file) == nil, "byte \(index)")
        }
    }

    @Test func anEntryThatWasCutOrGrewIsNotBelieved() throws {
        let file = try folder.write(page(2000), "page.html")
        _ = try store.make(file)
        let entry = folder.store + "/" + (try #require(try folder.entries.first))
        let sound = try folder.bytes(of: entry)
        for count in [0, 1, EntryHeader.size - 1, EntryHeader.size, 4095, 4096, 4097, sound.count - 1] {
            try Data(sound.prefix(count)).write(to: URL(fileURLWithPath: entry))
            #expect(try otherStore.bytes(of: file) == nil, "\(count) bytes")
        }
        try Data(sound + [0]).write(to: URL(fileURLWithPath: entry))
        #expect(try otherStore.bytes(of: file) == nil)
        // And is replaced by a sound one.
        #expect(try otherStore.make(file) == .stored)
        #expect(try otherStore.bytes(of: file) != nil)
    }

    @Test func theEntryOfAnotherFileUnderThisNameIsNotBelieved() throws {
        let one = try folder.write(page(1000, seed: 1), "one.html")
        let two = try folder.write(page(1000, seed: 2), "two.html")
        _ = try store.make(one)
        let entry = try #require(try folder.entries.first)
        let name = VariantKey(of: try FileStatus(of: two), .gzip).entryName.description
        try FileManager.default.moveItem(atPath: "\(folder.store)/\(entry)", toPath: "\(folder.store)/\(name)")
        #expect(try store.bytes(of: two) == nil && store.bytes(of: one) == nil)
    }

    @Test func theEntryOfAnotherUserIsNotBelieved() throws {
        try #require(FileStatus.processUser == 0, "needs root")
        let file = try folder.write(page(1000), "page.html")
        _ = try store.make(file)
        let entry = folder.store + "/" + (try #require(try folder.entries.first))
        try FileManager.default.setAttributes([.ownerAccountID: 4711], ofItemAtPath: entry)
        #expect(try otherStore.bytes(of: file) == nil)
    }

    @Test func whatIsOpenStaysWholeWhenTheEntryGoes() throws {
        let file = try folder.write(page(50_000), "page.html")
        _ = try store.make(file)
        let bytes = try #require(try store.bytes(of: file))
        let found = try store.find(VariantKey(of: try FileStatus(of: file), .gzip))
        guard var variant = consume found else {
            Issue.record("nothing was found")
            return
        }
        try FileManager.default.removeItem(atPath: folder.store + "/" + (try #require(try folder.entries.first)))
        let kept = try variant.file.bytes(at: EntryHeader.payloadOffset, count: variant.count)
        #expect(kept == bytes)
    }

    @Test func aFileThatChangesWhileItIsReadIsGivenUp() throws {
        let file = try folder.write(page(3 << 20), "page.html")
        let key = VariantKey(of: try FileStatus(of: file), .zstd)
        var asked = 0
        let outcome = try VariantMaker(path: file, key: key, store: store).run {
            asked += 1
            if asked == 2 { try? folder.age(file, 7) }
            return false
        }
        #expect(outcome == .givenUp && asked > 2)
        #expect(try folder.entries == [])
    }

    @Test func whoeverIsToldToStopLeavesNothing() throws {
        let file = try folder.write(page(3 << 20), "page.html")
        let key = VariantKey(of: try FileStatus(of: file), .zstd)
        #expect(try VariantMaker(path: file, key: key, store: store).run { true } == .givenUp)
        #expect(try folder.entries == [])
    }

    @Test func aMissingFolderIsAMissAndAnErrorForWhoeverStores() throws {
        let file = try folder.write(page(1000), "page.html")
        try FileManager.default.removeItem(atPath: folder.store)
        #expect(try store.bytes(of: file) == nil)
        #expect(throws: FileError.self) { try store.make(file) }
    }
}
