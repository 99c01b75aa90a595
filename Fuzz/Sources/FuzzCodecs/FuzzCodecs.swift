// SPDX-License-Identifier: Apache-2.0
public import Codecs
import FuzzSupport
import HTTPD
import HTTPDTesting

/// Decodes the input in one piece and cut where it says: it must not matter, and no limit may be passed.
public func decode(_ codings: [Coding], _ input: inout FuzzInput) {
    let limit = DecompressionLimit(size: 1 << 20, ratio: .max, layers: 4)
    var cuts = input.bytes(Int(input.byte() % 16)).map { Int($0) + 1 }
    let body = input.remaining()
    let whole = result(of: codings, limit, [body])
    if let whole, whole.count > limit.size { finding("\(codings): \(whole.count) bytes") }

    var pieces: [[UInt8]] = []
    var rest = body[...]
    while !rest.isEmpty {
        // The last cut counts for all that follows.
        let count = cuts.count > 1 ? cuts.removeFirst() : cuts.first ?? 1
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
    }
    let cut = result(of: codings, limit, pieces)
    if cut != whole { finding("\(codings), \(body) cut \(pieces.map(\.count)): \(cut ?? []) and not \(whole ?? [])") }
    if CodecPool.now.open != 0 { finding("\(CodecPool.now.open) contexts are left open") }
}

private func result(of codings: [Coding], _ limit: DecompressionLimit, _ pieces: [[UInt8]]) -> [UInt8]? {
    guard let decompressor = try? Decompressor(codings, limit: limit) else { finding("too many layers") }
    do throws(StreamError) {
        return try TransformRun.output(of: decompressor, fed: pieces)
    } catch {
        switch DecompressionFailure(error) {
        case .truncated, .corrupt, .trailing, .tooLarge, .tooDense: return nil
        case .tooManyLayers, .outOfMemory, nil: finding("\(codings): \(error)")
        }
    }
}
