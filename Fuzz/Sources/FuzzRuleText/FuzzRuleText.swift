// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import Replacing

/// Any text is a rule or an error with a sentence, and a literal rule that was built from two texts is read back.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let cut = Int(input.byte())
    let text = input.text()
    for rule in [text, "s/a/\(text)", "s/(a)(?<b>c)/\(text)/", "s/\(text)/b/", "s{\(text)"] {
        do throws(RuleError) {
            let read = try RuleText(rule)
            if !read.flags.contains(.expression) { _ = try ReplaceRule(read) }
        } catch {
            if error.message.isEmpty { finding("an error with no sentence for '\(rule)'") }
        }
    }
    do throws(PatternError) {
        _ = try Pattern(text)
    } catch {
        if error.message.isEmpty || error.offset < 0 || error.offset > text.utf8.count {
            finding("\(error) in '\(text)'")
        }
    }
    let from = String(text.unicodeScalars.prefix(cut))
    let to = String(text.unicodeScalars.dropFirst(cut))
    guard !from.isEmpty else { return 0 }
    do throws(RuleError) {
        for delimiter in ["/", "|", "\u{20AC}", "1"] as [Unicode.Scalar] {
            let rule = "s\(delimiter)\(escaped(from, delimiter))\(delimiter)\(escaped(to, delimiter))\(delimiter)n"
            let read = try RuleText(rule)
            let same = read.pattern.unicodeScalars.elementsEqual(from.unicodeScalars)
            if !same || !read.replacement.unicodeScalars.elementsEqual(to.unicodeScalars) {
                finding("'\(from)' by '\(to)' is read wrong between \(delimiter)")
            }
            _ = try ReplaceRule(read)
        }
    } catch {
        finding("'\(from)' by '\(to)': \(error.message)")
    }
    return 0
}

private func escaped(_ text: String, _ delimiter: Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if scalar == delimiter || scalar == "\\" { result.append("\\") }
        result.append(scalar)
    }
    return String(result)
}
