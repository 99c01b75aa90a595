// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPDTesting
import Streaming
import Testing

@Suite("IPv6 addresses in PROXY headers")
struct ProxyAddressTests {
    /// The canonical form of an address in a header; `nil` if it is refused.
    private func canonical(_ address: String) throws -> String? {
        guard let header = try? header(Array("PROXY TCP6 \(address) ::1 1 2\r\n".utf8)) else { return nil }
        guard case .ipv6(let text, port: 1) = header.source else {
            Issue.record("\(header.source)")
            return nil
        }
        return text
    }

    /// What the C library makes of it.
    private func library(_ address: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        guard unsafe inet_ntop(AF_INET6, bytes, &text, 64) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("::FFFF:c000:0201", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"), ("::1.2.3.4", "::102:304"),
        ("fe80:0:0:0:ffff:ffff:ffff:ffff", "fe80::ffff:ffff:ffff:ffff"),
    ])
    func oneTextForEachAddress(_ address: String, _ text: String) throws {
        #expect(try canonical(address) == text)
    }

    @Test(arguments: [
        ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
        ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7:", ":1::2", "1::2:", "12345::", "g::", "::1%eth0",
        "[::1]", "::1.2.3", "::1.2.3.4.5", "::01.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4", "::1/64",
        "::-1", "::+1", "::0x1",
    ])
    func whatIsNoAddressIsRefused(_ address: String) throws {
        #expect(try canonical(address) == nil)
    }

    @Test func theCLibraryThinksTheSameOfAnyText() throws {
        var generator = SeededGenerator(seed: 6)
        let parts = ["0", "1", "ffff", "00a", "::", ":", ":", ":", "0", ".", "192.0.2.1", "12345", "g"]
        var count = 0
        for _ in 0..<20_000 {
            let pieces = Int.random(in: 1...16, using: &generator)
            let address = (0..<pieces).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
            guard address.utf8.count < 80 else { continue }
            let expected = library(address)
            if expected != nil { count += 1 }
            // The library still writes the dotted form for addresses that RFC 4291 has given up: `::1.2.3.4`.
            if let expected, expected.contains("."), !expected.hasPrefix("::ffff:") { continue }
            #expect(try canonical(address) == expected, "\(address)")
        }
        #expect(count > 50)
    }

    @Test func theCLibraryWritesAnyAddressTheSameWay() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let groups = (0..<8).map { _ in [0, 0, 1, 0xFFFF, 0xAB0].randomElement(using: &generator) ?? 0 }
            let address = groups.map { String($0, radix: 16) }.joined(separator: ":")
            let expected = try #require(library(address))
            if expected.contains("."), !expected.hasPrefix("::ffff:") { continue }
            #expect(try canonical(address) == expected, "\(address)")
        }
    }
}
