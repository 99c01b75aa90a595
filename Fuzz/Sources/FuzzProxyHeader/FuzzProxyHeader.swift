// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import Glibc
import HTTPD

/// Any bytes are a header, the start of one, or refused; what is told early holds later, and the C library reads the
/// same addresses.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let limit = Int(input.byte()) * 4
    let prefix = input.byte()
    var bytes = input.remaining()
    // The signature is long: half of the runs need not find it.
    if prefix & 3 == 1 { bytes = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10] + bytes }
    if prefix & 3 == 2 { bytes = Array("PROXY ".utf8) + bytes }

    let whole = result(bytes, limit)
    for count in bytes.indices {
        let part = result(Array(bytes[..<count]), limit)
        switch (part, whole) {
        case (.incomplete, .header(_, let length)) where count < length: break
        case (.incomplete, .incomplete), (.incomplete, nil): break
        case (.header(_, let length), _) where length <= count && part == whole: break
        case (nil, nil): break
        default: finding("\(bytes) after \(count) bytes: \(part as Any), and then \(whole as Any)")
        }
    }
    if case .header(let header, let length) = whole {
        if length > bytes.count || length > max(limit, 107) { finding("\(bytes): \(length) bytes") }
        var total = 0
        for field in header.fields { total += 3 + field.value.count }
        if total > length { finding("\(bytes): \(total) bytes of fields in \(length)") }
        check(header.source)
        check(header.destination)
    }
    if bytes.starts(with: "PROXY TCP".utf8) { checkText(bytes, whole) }
    return 0
}

private func result(_ bytes: [UInt8], _ limit: Int) -> ProxyHeader.Parsing? {
    try? ProxyHeader.parse(bytes.span, maximumLength: limit)
}

/// The text of an address is the C library's, but for the dotted form that it still writes for `::1.2.3.4`.
private func check(_ address: ProxyHeader.Address) {
    switch address {
    case .unspecified: break
    case .unix(let path): if path.count > 108 { finding("a path of \(path.count) bytes") }
    case .ipv4(let text, _): if canonical(text, AF_INET) != text { finding("IPv4 '\(text)'") }
    case .ipv6(let text, _):
        let other = canonical(text, AF_INET6) ?? ""
        if other != text, !other.contains(".") || other.hasPrefix("::ffff:") { finding("IPv6 '\(text)': '\(other)'") }
    }
}

private func canonical(_ text: String, _ family: Int32) -> String? {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(family, text, &bytes) == 1 else { return nil }
    var result = [CChar](repeating: 0, count: 64)
    guard inet_ntop(family, bytes, &result, 64) != nil else { return nil }
    return String(decoding: result.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// A line of version 1 is taken when it is made of what the C library takes, and only then.
private func checkText(_ bytes: [UInt8], _ parsing: ProxyHeader.Parsing?) {
    var isTaken = false
    if let end = bytes.firstIndex(where: { $0 == 10 }), end < 107, bytes[end - 1] == 13,
        !bytes[..<(end - 1)].contains(13), !bytes[..<end].contains(0)
    {
        let words = bytes[..<(end - 1)].split(separator: 32, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if words.count == 6, let family = ["TCP4": AF_INET, "TCP6": AF_INET6][words[1]] {
            isTaken =
                canonical(words[2], family) != nil && canonical(words[3], family) != nil
                && UInt16(words[4]).map { "\($0)" } == words[4] && UInt16(words[5]).map { "\($0)" } == words[5]
        }
    }
    var wasTaken = false
    if case .header = parsing { wasTaken = true }
    if isTaken != wasTaken { finding("\(bytes) was \(wasTaken ? "taken" : "refused")") }
}
