// SPDX-License-Identifier: Apache-2.0
import Codecs
import Testing

@testable import Compression

@Suite("What stands in front of stored variants")
struct EntryHeaderTests {
    private let key = VariantKey(
        device: 0x803, inode: .max, modified: -1, size: 123_456_789_012, coding: .br, level: 11)

    @Test(arguments: Coding.allCases)
    func aHeaderIsReadBack(_ coding: Coding) {
        let key = VariantKey(device: 1, inode: 2, modified: 3, size: 4, coding: coding, level: 5)
        let header = EntryHeader(key, count: 99, checksum: .max)
        #expect(header.encoded.count == EntryHeader.size)
        #expect(EntryHeader(header.encoded.span) == header)
    }

    @Test func noByteOfAHeaderCanBeAnother() {
        let bytes = EntryHeader(key, count: 1000, checksum: 77).encoded
        for index in bytes.indices {
            for change in 1...255 as ClosedRange<UInt8> {
                var wrong = bytes
                wrong[index] ^= change
                let header = EntryHeader(wrong.span)
                #expect(header == nil, "byte \(index)")
            }
        }
    }

    @Test func aHeaderOfAnotherLengthIsNone() {
        let bytes = EntryHeader(key, count: 1000, checksum: 77).encoded
        for count in 0..<bytes.count {
            let header = EntryHeader(bytes.span.extracting(first: count))
            #expect(header == nil)
        }
        let longer = EntryHeader((bytes + [0]).span)
        #expect(longer == nil)
    }

    @Test func zerosAreNoHeader() {
        let header = EntryHeader([UInt8](repeating: 0, count: EntryHeader.size).span)
        #expect(header == nil)
    }

    // The check value of the catalogue of CRCs, and what `xz --check=crc64` writes.
    @Test(
        arguments: [("", 0), ("123456789", 0x995D_C9BB_DF19_39FA), ("a", 0x3302_8477_2E65_2B05)]
            as [(String, UInt64)])
    func theChecksumIsTheCRCOfXZ(_ text: String, _ expected: UInt64) {
        #expect(Checksum.of(Array(text.utf8).span) == expected)
    }

    @Test func theChecksumDoesNotDependOnHowBytesAreCut() {
        let bytes = page(1000)
        for cut in stride(from: 0, through: 1000, by: 7) {
            var sum = Checksum()
            sum.add(bytes.span.extracting(first: cut))
            sum.add(bytes.span.extracting(droppingFirst: cut))
            #expect(sum.value == Checksum.of(bytes.span))
        }
    }

    @Test func anEntryOfTheFormatBeforeIsNone() {
        var bytes = Array(EntryHeader(key, count: 1000, checksum: 77).encoded.dropLast(8))
        bytes[7] = 1
        let sum = Checksum.of(bytes.span)
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: sum >> UInt64($0 * 8)) }
        let header = EntryHeader(bytes.span)
        #expect(header == nil)
    }

    @Test func namesAreReadBackAndOthersAreNone() {
        for coding in Coding.allCases {
            let name = EntryName(device: 0x803, inode: 0x1F2A, level: 11, coding: coding)
            #expect(EntryName(name.description) == name)
        }
        #expect(EntryName("803-1f2a-11.br") != nil)
        for text in [
            "", ".lock", "803-1f2a-11", "803-1f2a.br", "803-1f2a-11.br.part", "0803-1f2a-11.br", "803-1F2A-11.br",
            "803-1f2a-+1.br", "803-1f2a-300.br", "803-1f2a-11.x-gzip", "803-1f2a-11-1.br", "803--11.br", "-1-2-3.br",
            "index.html.br", "11111111111111111-2-3.br",
        ] {
            #expect(EntryName(text) == nil, "\(text)")
        }
    }
}
