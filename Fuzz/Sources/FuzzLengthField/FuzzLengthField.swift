// SPDX-License-Identifier: Apache-2.0
import FuzzDecoding
import FuzzSupport
import HTTPD
import HTTPDTesting

/// Frames that announce their length, cut where the input says, against an oracle that reckons in arbitrary width.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let widths: [(LengthFieldDecoder.Width, Int?)] = [
        (.one, 1), (.two, 2), (.three, 3), (.four, 4), (.eight, 8), (.varint, nil),
    ]
    let (width, size) = widths[Int(input.byte()) % widths.count]
    let flags = input.byte()
    let countsItself = flags & 1 != 0
    let isBig = flags & 2 != 0
    let maximum = 1 + Int(input.byte() % 40)
    let run = DecoderRun(input.byte())
    let cuts = input.cuts()
    let pieces = input.remaining(cutAt: cuts)

    let decoder = LengthFieldDecoder(
        width: width, byteOrder: isBig ? .big : .little, countsItself: countsItself, maximumLength: maximum)
    let found = decode(pieces, run, decoder)
    let expected = frames(pieces.flatMap { $0 }, size, isBig, countsItself, maximum)
    if found.frames != expected.frames || (found.error != nil) != expected.fails {
        finding("\(width), \(flags), at most \(maximum), \(pieces): \(found) instead of \(expected)")
    }
    return 0
}

/// The same with the whole stream at hand.
private func frames(
    _ stream: [UInt8], _ size: Int?, _ isBig: Bool, _ countsItself: Bool, _ maximum: Int
) -> (frames: [DecodedFrame], fails: Bool) {
    var frames: [DecodedFrame] = []
    var rest = stream[...]
    while !rest.isEmpty {
        let field: [UInt8]
        var value: Int128 = 0
        if let size {
            field = Array(rest.prefix(size))
            guard field.count == size else { return (frames, true) }
            for byte in isBig ? field : field.reversed() { value = value * 256 + Int128(byte) }
        } else {
            guard let last = rest.prefix(10).firstIndex(where: { $0 < 128 }) else { return (frames, true) }
            field = Array(rest[...last])
            for byte in field.reversed() { value = value * 128 + Int128(byte % 128) }
            guard value <= Int128(UInt64.max) else { return (frames, true) }
        }
        let length = countsItself ? value : value + Int128(field.count)
        guard length >= Int128(field.count), length <= Int128(Int.max) else { return (frames, true) }
        let whole = Int(length)
        if whole - field.count > maximum {
            frames.append(.overlong(length: min(whole, rest.count)))
        } else if whole <= rest.count {
            frames.append(.frame(Array(rest.prefix(whole).dropFirst(field.count))))
        }
        guard whole <= rest.count else { return (frames, true) }
        rest = rest.dropFirst(whole)
    }
    return (frames, false)
}
