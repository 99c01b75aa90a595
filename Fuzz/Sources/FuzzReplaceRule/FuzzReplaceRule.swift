// SPDX-License-Identifier: Apache-2.0
import FuzzSupport
import HTTPD
import RewritingEngine

/// Any text is a rule or an error with a sentence, and a rule that was built from two texts is read back.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let cut = Int(input.byte())
    let text = input.text()
    do throws(DirectiveError) {
        _ = try ReplaceRule(directiveArgument: text)
    } catch {
        if error.message.isEmpty { finding("an error with no sentence for '\(text)'") }
    }
    let from = String(text.unicodeScalars.prefix(cut))
    let to = String(text.unicodeScalars.dropFirst(cut))
    guard !from.isEmpty else { return 0 }
    do throws(DirectiveError) {
        let one = try ReplaceRule(directiveArgument: "s/\(escaped(from, "/"))/\(escaped(to, "/"))/n")
        let other = try ReplaceRule(directiveArgument: "s|\(escaped(from, "|"))|\(escaped(to, "|"))|n")
        if one != other { finding("'\(from)' by '\(to)' depends on the delimiter") }
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
