// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTMLSelectors

/// Any text is a selector, or an error within the text and with a sentence. A selector is compiled, matches nodes of any
/// kind, and matches the same ones whether it is alone or beside others.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let steps = input.bytes(16)
    let text = input.text()
    do throws(SelectorError) {
        let selector = try Selector(text)
        let others = [try Selector("p > .a ~ *"), selector, try Selector(":not(:nth-child(2n of p b))")]
        if walk(SelectorSet([selector]), steps, 0) != walk(SelectorSet(others), steps, 1) {
            finding("'\(text)' matches otherwise beside others")
        }
        // A list is what its alternatives are.
        if walk(SelectorSet([try Selector("\(text),\(text)")]), steps, 0) != walk(SelectorSet([selector]), steps, 0) {
            finding("'\(text)' matches otherwise twice")
        }
    } catch {
        if error.message.isEmpty || error.offset < 0 || error.offset > text.utf8.count {
            finding("\(error) in '\(text)'")
        }
    }
    return 0
}

/// Which of the elements that the bytes open match the selector at a place of a set.
private func walk(_ set: SelectorSet, _ steps: [UInt8], _ place: Int) -> [Bool] {
    let names = ["p", "b", "svg", "a-name-of-more-than-16-bytes"]
    var matcher = SelectorMatcher(set)
    var result: [Bool] = []
    for step in steps {
        for _ in 0..<(step & 3) { matcher.pop() }
        var attributes = Attributes(value: step)
        let namespaces: [ElementNamespace] = [.html, .html, .svg, .mathML]
        let name = Array(names[Int(step >> 2 & 3)].utf8)
        guard (try? matcher.push(name.span, in: namespaces[Int(step >> 4 & 3)], attributes: &attributes)) != nil else {
            finding("a limit is met by a few elements")
        }
        var isMatch = false
        for index in matcher.matches.indices where matcher.matches[index] == place { isMatch = true }
        result.append(isMatch)
    }
    return result
}

private struct Attributes: ElementAttributes {
    var value: UInt8

    mutating func withValue(of name: AttributeName, _ body: (Span<UInt8>) -> Bool) -> Bool? {
        guard (name.bytes.first ?? 0) & 1 == value & 1 else { return nil }
        let bytes = [0x61, value, 0x20, 0x62] as [UInt8]
        return body(bytes.span)
    }
}
