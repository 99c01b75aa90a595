// SPDX-License-Identifier: Apache-2.0
import Codecs
import CompressionEngine
import FuzzSupport
import HTTPD

/// Any bytes are a field. What is chosen is what is offered and not refused; a member that names a coding with the weight 0
/// refuses it wherever it stands, and empty members change nothing.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let choices = Int(input.byte())
    let order = Coding.allCases.enumerated().filter { choices >> $0.offset & 1 == 1 }.map(\.element)
    let value = input.text()
    let accept = AcceptEncoding(value)
    let choice = accept.choose(from: order)
    if case .coded(let coding) = choice {
        if !order.contains(coding) { finding("\(coding) was not offered for '\(value)'") }
        if !accept.quality(of: coding).isAcceptable { finding("\(coding) is refused in '\(value)'") }
        for other in order where accept.quality(of: other) > accept.quality(of: coding) {
            finding("\(other) is wanted more than \(coding) in '\(value)'")
        }
        // In front, so that a quote that is not closed does not swallow it.
        if AcceptEncoding("\(coding.token);q=0, \(value)").choose(from: [coding]) != .plain {
            finding("\(coding) is not refused in '\(value)'")
        }
    }
    if AcceptEncoding(",, ,\(value)") != accept { finding("empty members change '\(value)'") }
    fields(value)
    return 0
}

/// The other fields that clients and backends send.
private func fields(_ value: String) {
    let encodings = ContentEncodings(value)
    if encodings.isEmpty != (encodings.known.isEmpty && encodings.remainder == nil) { finding("'\(value)' is lost") }
    for tag in EntityTag.list(value) {
        guard EntityTag(tag.description) == tag else { finding("\(tag) is not read back") }
        for coding in Coding.allCases where tag.coded(as: coding).plain(from: coding) != tag {
            finding("\(tag) is lost in \(coding)")
        }
    }
    let missing = EntityTag.plainTags(missingIn: value, from: Coding.allCases)
    let whole = missing.map(\.description).joined(separator: ", ") + ", " + value
    if EntityTag.list(value).count > EntityTag.list(whole).count { finding("tags get lost in '\(whole)'") }
    _ = try? MediaTypeList([value], default: .compressible).contains("text/html")
    _ = MediaTypeList.compressible.contains(value)
}
