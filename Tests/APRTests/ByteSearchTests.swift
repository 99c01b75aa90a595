// SPDX-License-Identifier: Apache-2.0
import APR
import Glibc
import Testing

@Suite("The search for a text, against the plainest one")
struct ByteSearchTests {
    /// From left to right, none inside another.
    private func expected(_ text: [UInt8], in bytes: [UInt8], from start: Int) -> [Int] {
        var offsets: [Int] = []
        var index = start
        while index + text.count <= bytes.count {
            if Array(bytes[index..<index + text.count]) == text {
                offsets.append(index)
                index += text.count
            } else {
                index += 1
            }
        }
        return offsets
    }

    /// All offsets, asked for so many at a time.
    private func found(_ search: ByteSearch, in bytes: Span<UInt8>, from start: Int, atOnce limit: Int) -> [Int] {
        var offsets: [Int] = []
        var start = start
        var memory = [Int](repeating: -1, count: limit)
        while true {
            var places = memory.mutableSpan
            let count = search.offsets(in: bytes, from: start, into: &places)
            offsets += memory.prefix(count)
            guard count == limit, let last = offsets.last else { return offsets }
            start = last + search.bytes.count
        }
    }

    /// Random bytes out of few, the same in every run.
    private func random(_ count: Int, outOf letters: Int, seed: Int) -> [UInt8] {
        var state = UInt64(seed) &* 7919 &+ 42
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 97 + UInt8((state >> 33) % UInt64(letters))
        }
    }

    @Test("all are found at every length and place", arguments: [1, 2, 3, 5, 31, 32, 33, 70, 255, 256, 257])
    func all(_ length: Int) throws {
        for seed in 0..<40 {
            let text = random(length, outOf: 1 + seed % 3, seed: seed)
            let search = try #require(ByteSearch(text))
            var bytes = random(seed * 9, outOf: 3, seed: seed + 1)
            for part in 0..<seed % 9 { bytes += text + random(part * 13, outOf: 3, seed: seed + part) }
            for start in [0, 1, bytes.count / 2, bytes.count] where start <= bytes.count {
                let offsets = expected(text, in: bytes, from: start)
                for limit in [1, 2, 64] {
                    #expect(found(search, in: bytes.span, from: start, atOnce: limit) == offsets)
                }
                #expect(search.firstOffset(in: bytes.span, from: start) == offsets.first)
            }
        }
    }

    @Test("nothing is found where nothing can be") func nothing() throws {
        let search = try #require(ByteSearch([97, 98]))
        let bytes: [UInt8] = [97, 98, 97]
        for start in [-1, 2, 3, 4, Int.max] { #expect(search.firstOffset(in: bytes.span, from: start) == nil) }
        #expect(search.firstOffset(in: Span()) == nil)
        var none: [Int] = []
        var places = none.mutableSpan
        #expect(search.offsets(in: bytes.span, into: &places) == 0)
        #expect(ByteSearch([]) == nil)
    }

    @Test("no byte in front of the text or behind it is read") func bounds() throws {
        let page = Int(sysconf(CInt(_SC_PAGESIZE)))
        guard let memory = unsafe mmap(nil, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            unsafe memory != MAP_FAILED
        else {
            Issue.record("no memory")
            return
        }
        defer { unsafe munmap(memory, 3 * page) }
        let middle = unsafe memory + page
        try #require(unsafe mprotect(middle, page, PROT_READ | PROT_WRITE) == 0)
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: middle, count: page)
        unsafe buffer.copyBytes(from: random(page, outOf: 2, seed: 3))
        for length in [1, 2, 7, 40] {
            let text = random(length, outOf: 2, seed: length)
            let search = try #require(ByteSearch(text))
            for count in length...200 {
                for range in [0..<count, page - count..<page] {
                    let part = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
                    let span = unsafe Span<UInt8>(_unsafeBytes: part)
                    #expect(
                        found(search, in: span, from: 0, atOnce: 3)
                            == expected(text, in: unsafe Array(part), from: 0))
                }
            }
        }
    }
}
