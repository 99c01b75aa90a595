// SPDX-License-Identifier: Apache-2.0
import Codecs
import CompressionStore
import FuzzSupport
import HTTPD

/// Any bytes are a header or none, and what is one is the only spelling of what it says; any header is read back, and with one
/// byte changed it is none. Any text is the name of an entry or none, and what is one has no other spelling.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let bytes = input.remaining()
    if let header = EntryHeader(bytes.span), header.encoded != bytes { finding("two spellings of \(header)") }
    let text = String(decoding: bytes, as: UTF8.self)
    if let name = EntryName(text), name.description != text { finding("two names: '\(text)' and '\(name)'") }

    input = FuzzInput(start, count)
    func number() -> UInt64 { input.bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }
    let coding = Coding.allCases[Int(input.byte()) % Coding.allCases.count]
    let (place, change) = (Int(input.byte()) % EntryHeader.size, input.byte())
    let key = VariantKey(
        device: number(), inode: number(), modified: Int64(bitPattern: number()),
        size: Int64(truncatingIfNeeded: number() >> 1), coding: coding, level: input.byte())
    let header = EntryHeader(key, count: Int64(truncatingIfNeeded: number() >> 2), checksum: number())
    var encoded = header.encoded
    if EntryHeader(encoded.span) != header { finding("not read back: \(header)") }
    encoded[place] ^= change
    if change != 0, EntryHeader(encoded.span) != nil { finding("byte \(place) may be another: \(header)") }
    return 0
}
