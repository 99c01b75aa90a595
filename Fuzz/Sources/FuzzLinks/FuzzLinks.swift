// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTMLLinks
import HTMLTokenizing

private let rules = [
    (from: "http://h/", to: "https://w/(a)/"), (from: "//i:8/x", to: "/"), (from: "/", to: "/p/"),
    (from: "/q", to: "/q"),
]

/// Any bytes are a value of any kind: nothing traps, where no URL can be nothing changes, a rule that maps each prefix to
/// itself changes nothing, and CSS comes out the same however it is cut. Any text is a rule or an error with a sentence.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let choice = Int(input.byte())
    let cut = Int(input.byte())
    let value = input.remaining()
    guard let map = try? URLMap(rules), let none = try? URLMap([("//nowhere.example:1/", "/")]) else {
        finding("the rules are none")
    }
    if let edit = map.map(value.span) {
        guard edit.range.upperBound <= value.count, edit.range.lowerBound >= 0 else {
            finding("an edit beyond the URL")
        }
        if value[edit.range].elementsEqual(edit.text) { finding("an edit that changes nothing") }
    }
    var rewriter = LinkRewriter(map)
    var still = LinkRewriter(none)
    let isNowhere = value.contains(UInt8(ascii: "w")) || value.contains(UInt8(ascii: "&")) || value.contains(0x5C)
    if let kind = LinkKind(rawValue: UInt8(choice % 8)) {
        if rewriter.map(value.span, as: kind) == value { finding("a value that did not change is said to") }
        _ = rewriter.map(raw: value.span, as: kind)
        if !isNowhere, still.map(raw: value.span, as: kind) != nil { finding("changed without a rule") }
    }
    if let kind = HeaderLinks(rawValue: UInt8(choice % 7)) {
        if rewriter.map(header: value.span, as: kind) == value { finding("a field that did not change is said to") }
    }
    let whole = css(value, map, [])
    if css(value, map, [min(cut, value.count)]) != whole { finding("CSS depends on where it is cut") }
    if value.count < 512, css(value, map, Array(0...value.count)) != whole { finding("CSS depends on its pieces") }

    let text = String(decoding: value, as: UTF8.self)
    do throws(URLMapError) {
        let made = try URLMap([(text, "/to"), ("/from", text)])
        // What a rule puts in ends no string, and no URL.
        let link = Array("/from/x".utf8)
        if let edit = made.map(link.span),
            edit.text.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x22 || $0 == 0x27 })
        {
            finding("a rule with '\(text)' puts in what it must not")
        }
    } catch {
        if error.message.isEmpty { finding("\(error)") }
    }
    var detector = EncodingDetector()
    _ = detector.write(value.span, isLast: true)
    return 0
}

private func css(_ value: [UInt8], _ map: URLMap, _ cuts: [Int]) -> [UInt8] {
    var rewriter = CSSLinkRewriter(map)
    var output: [UInt8] = []
    var start = 0
    for cut in cuts + [value.count] where cut >= start {
        if !rewriter.write(value.span.extracting(start..<cut), to: &output) { output += value[start..<cut] }
        start = cut
    }
    rewriter.finish(to: &output)
    return output
}
