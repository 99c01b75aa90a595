// SPDX-License-Identifier: Apache-2.0
import Codecs
import Foundation
import HTTPD
import Testing

@testable import Compression

@Suite("Short variants in memory")
struct VariantMemoryTests {
    private static let start = Timestamp(microseconds: 1_000_000_000_000)

    private func key(_ inode: UInt64, _ coding: Coding = .gzip, modified: Int64 = 1, size: Int64 = 1) -> VariantKey {
        VariantKey(device: 1, inode: inode, modified: modified, size: size, coding: coding, level: 9)
    }

    private func held(_ count: Int, _ byte: UInt8 = 1) -> VariantMemory.Held {
        VariantMemory.Held(bytes: [UInt8](repeating: byte, count: count), checksum: UInt64(byte))
    }

    @Test func whatIsHeldIsFoundByAllThatItIsOf() {
        let memory = VariantMemory()
        memory.hold(key(7), held(10), at: Self.start)
        #expect(memory.find(key(7), at: Self.start)?.bytes.count == 10)
        for other in [key(8), key(7, .br), key(7, modified: 2), key(7, size: 2)] {
            #expect(memory.find(other, at: Self.start) == nil)
        }
    }

    @Test func afterAMinuteTheFolderIsAskedAgain() {
        let memory = VariantMemory()
        memory.hold(key(7), held(10), at: Self.start)
        func find(_ microseconds: Int64) -> Bool {
            memory.find(key(7), at: Timestamp(microseconds: Self.start.microseconds + microseconds)) != nil
        }
        #expect(find(0) && find(59_999_999))
        #expect(!find(60_000_000) && !find(1 << 50))
        // The clock was set back.
        #expect(!find(-1))
    }

    @Test func theNewestBytesOfAKeyCount() {
        let memory = VariantMemory()
        memory.hold(key(7), held(10, 1), at: Self.start)
        memory.hold(key(7), held(20, 2), at: Self.start)
        #expect(memory.find(key(7), at: Self.start)?.checksum == 2 && memory.count == 20)
    }

    @Test func neverAreMoreBytesHeldThanMayBe() {
        let memory = VariantMemory(limit: 1000)
        for inode in 0..<5000 as Range<UInt64> {
            memory.hold(key(inode, Coding.allCases[Int(inode) % 4]), held(Int(inode % 200) + 1), at: Self.start)
            #expect(memory.count <= 1000)
        }
        memory.hold(key(1), held(1001), at: Self.start)
        #expect(memory.find(key(1), at: Self.start) == nil)
    }

    @Test func longOnesAreNotHeld() {
        let memory = VariantMemory()
        memory.hold(key(7), held(VariantMemory.longest + 1), at: Self.start)
        #expect(memory.find(key(7), at: Self.start) == nil && memory.count == 0)
    }

    @Test func whatWasSpoiltUnseenIsNotHeldNorFoundAgain() throws {
        let folder = try StoreFolder()
        let store = VariantStore(folder: folder.store, limit: 10 << 20)
        let file = try folder.write(page(20_000), "page.html")
        #expect(try store.make(file) == .stored)
        let key = VariantKey(of: try FileStatus(of: file), .gzip)
        let bytes = try #require(try hold(key, in: store)).bytes
        #expect(store.held(key)?.bytes == bytes)
        #expect(try plain(bytes, .gzip) == page(20_000))

        // Neither its length nor its time tells.
        let entry = folder.store + "/" + (try #require(try folder.entries.first))
        let date = try #require(try FileManager.default.attributesOfItem(atPath: entry)[.modificationDate] as? Date)
        let second = VariantStore(folder: folder.store, limit: 10 << 20)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: entry)
        guard var known = try second.find(key) else {
            Issue.record("it was sound")
            return
        }
        let modified = try FileStatus(of: entry).modified
        var spoilt = try folder.bytes(of: entry)
        spoilt[Int(EntryHeader.payloadOffset) + 100] ^= 1
        let handle = try #require(FileHandle(forWritingAtPath: entry))
        try handle.write(contentsOf: Data(spoilt))
        try handle.close()
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: entry)
        try #require(try FileStatus(of: entry).modified == modified)
        #expect(try second.hold(key, &known) == nil)
        #expect(second.held(key) == nil)
        #expect(try hold(key, in: second) == nil)
    }

    private func hold(_ key: VariantKey, in store: VariantStore) throws -> VariantMemory.Held? {
        guard var variant = try store.find(key) else { return nil }
        return try store.hold(key, &variant)
    }
}
