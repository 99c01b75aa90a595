// SPDX-License-Identifier: Apache-2.0
import FuzzDecoding
import FuzzSupport
import HTTPD
import HTTPDTesting

/// Lines and delimited frames, cut where the input says, against an oracle that has the whole input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let kind = input.byte() % 4
    let maximum = 1 + Int(input.byte() % 40)
    let delimiter = input.bytes(1 + Int(input.byte() % 5))
    let run = DecoderRun(input.byte())
    let cuts = input.cuts()
    let pieces = input.remaining(cutAt: cuts)
    let stream = pieces.flatMap { $0 }

    let lineFeed = UInt8(ascii: "\n")
    let expected: [DecodedFrame]
    let found: DecodedStream
    switch kind {
    case 0:
        expected = frames(stream, endedBy: [lineFeed], maximum)
        found = decode(pieces, run, LineDecoder(maximumLength: maximum, ending: .lineFeed))
    case 1:
        expected = frames(stream, endedBy: [UInt8(ascii: "\r"), lineFeed], maximum)
        found = decode(pieces, run, LineDecoder(maximumLength: maximum, ending: .carriageReturnLineFeed))
    case 2:
        expected = frames(stream, endedBy: [lineFeed], maximum, stripping: UInt8(ascii: "\r"))
        found = decode(pieces, run, LineDecoder(maximumLength: maximum, ending: .either))
    default:
        guard let decoder = DelimiterDecoder(delimiter: delimiter, maximumLength: maximum) else {
            if !delimiter.isEmpty { finding("no decoder for \(delimiter)") }
            return 0
        }
        expected = frames(stream, endedBy: delimiter, maximum)
        found = decode(pieces, run, decoder)
    }
    if found != DecodedStream(frames: expected) {
        finding("kind \(kind), \(delimiter), at most \(maximum), \(pieces): \(found) instead of \(expected)")
    }
    return 0
}

/// Looks at every place for the delimiter.
private func frames(
    _ stream: [UInt8], endedBy delimiter: [UInt8], _ maximum: Int, stripping stripped: UInt8? = nil
) -> [DecodedFrame] {
    var frames: [DecodedFrame] = []
    var frame: [UInt8] = []
    var rest = stream[...]
    while !rest.isEmpty {
        guard rest.starts(with: delimiter) else {
            frame.append(rest.removeFirst())
            continue
        }
        let length = frame.count + delimiter.count
        if let stripped, frame.last == stripped { frame.removeLast() }
        frames.append(frame.count > maximum ? .overlong(length: length) : .frame(frame))
        frame = []
        rest = rest.dropFirst(delimiter.count)
    }
    if !frame.isEmpty { frames.append(frame.count > maximum ? .overlong(length: frame.count) : .frame(frame)) }
    return frames
}
