// SPDX-License-Identifier: Apache-2.0
import FuzzDecoding
import FuzzSupport
import HTTPD
import HTTPDTesting
import RESPEngine

/// However a stream is cut, the replies and the error are the same, within the limits; and whatever is cut out as a
/// reply is a value or an error, but nothing that traps.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    var limits = ReplyLimits()
    if flags & 8 != 0 {
        limits.length = 96
        limits.lineLength = 24
        limits.nesting = 2
    }
    let reader = ReplyReader(limits)
    let cuts = input.cuts()
    let pieces = input.remaining(cutAt: cuts)
    let stream = Array(pieces.joined())
    var whole = DecoderRun(0)
    whole.endsWithLastPiece = true
    let wanted = decode([stream], whole, reader)
    let found = decode(pieces, DecoderRun(flags), reader)
    if found != wanted { finding("\(wanted) whole, \(found) in \(pieces)") }
    for frame in found.frames {
        guard case .frame(let bytes) = frame else { finding("\(frame) of replies") }
        if bytes.count > limits.length { finding("a reply of \(bytes.count) bytes") }
        read(bytes, reader)
    }
    // Anything at all, too.
    read(stream, reader)
    return 0
}

/// A value has one reading; it ends with the bytes.
private func read(_ bytes: [UInt8], _ reader: ReplyReader) {
    guard (try? reader.value(of: bytes.span)) != nil else { return }
    let (more, less) = (bytes + [0x0A], Array(bytes.dropLast()))
    if (try? reader.value(of: more.span)) != nil { finding("\(bytes) with more is a reply too") }
    if (try? reader.value(of: less.span)) != nil { finding("\(bytes) with less is a reply too") }
}
