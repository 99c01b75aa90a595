// SPDX-License-Identifier: Apache-2.0
import Codecs
import FuzzSupport
import HTTPD
import HTTPDTesting

/// Any body in any pieces, flushed or not, must come out of the decoder as it was.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let coding = Coding.allCases[Int(input.byte()) % 4]
    let profiles: [CompressionProfile] = [.fast, .balanced, .small]
    var settings = CompressionSettings(profile: profiles[Int(input.byte()) % 3], padding: Int(input.byte()) * 4)
    let level = Int(input.byte())
    // The strongest ones only take long.
    if level < 10 { settings.level = level }
    let flushes = input.byte() % 2 == 0
    let length = [nil, 0, 300, 1 << 20][Int(input.byte()) % 4]
    let times = 1 + Int(input.byte()) * 4
    let cuts = input.bytes(Int(input.byte() % 16)).map { Int($0) + 1 }
    let body = input.remaining()

    var pieces: [[UInt8]] = []
    var rest = body[...]
    for cut in cuts {
        pieces.append(Array(rest.prefix(cut)))
        rest = rest.dropFirst(cut)
    }
    pieces += [[UInt8]](repeating: Array(rest), count: times)
    let expected = pieces.flatMap { $0 }
    do {
        let coded = try TransformRun.output(
            of: Compressor(coding, settings, length: length), fed: pieces, flushing: flushes)
        let limit = DecompressionLimit(size: expected.count, ratio: .max)
        let decoded = try TransformRun.output(of: Decompressor([coding], limit: limit), fed: [coded])
        if decoded != expected { finding("\(coding) \(settings) \(pieces): \(decoded)") }
    } catch {
        finding("\(coding) \(settings) \(pieces): \(error)")
    }
    return 0
}
