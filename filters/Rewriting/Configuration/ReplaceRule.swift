// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// One rule of the `Replace` directive: `s/from/to/n`.
///
/// Any character may stand for the slash. A backslash makes the delimiter, or a backslash, ordinary text; before
/// any other character it is text itself.
public struct ReplaceRule: DirectiveValue, Equatable {
    let literal: Literal
    let replacement: [UInt8]

    /// Reads a rule.
    public init(directiveArgument text: String) throws(DirectiveError) {
        var rest = text.unicodeScalars[...]
        guard rest.popFirst() == "s", let delimiter = rest.popFirst() else {
            throw DirectiveError("'\(text)' must be a rule such as s/from/to/n")
        }
        guard delimiter != "\\", !delimiter.properties.isAlphabetic, !delimiter.properties.isWhitespace else {
            throw DirectiveError("'\(delimiter)' cannot separate the parts of a rule: use / or another sign")
        }
        guard let pattern = Self.part(of: &rest, upTo: delimiter) else {
            throw DirectiveError("'\(text)' lacks the \(delimiter) behind what is to be found")
        }
        guard let replacement = Self.part(of: &rest, upTo: delimiter) else {
            throw DirectiveError("'\(text)' lacks the \(delimiter) behind the replacement")
        }
        for flag in rest where flag != "n" {
            throw DirectiveError("'\(flag)' is not a flag of a rule: n, for literal text, is")
        }
        guard rest.contains("n") else {
            throw DirectiveError(
                "only literal rules exist: add the flag n, as in s\(delimiter)from\(delimiter)to\(delimiter)n")
        }
        guard let literal = Literal(Array(pattern.utf8)) else {
            throw DirectiveError("'\(text)' has nothing to be found: write text between the first two \(delimiter)")
        }
        self.literal = literal
        self.replacement = Array(replacement.utf8)
    }

    /// Takes the text up to a delimiter, and the delimiter. `nil` when there is none.
    private static func part(
        of rest: inout String.UnicodeScalarView.SubSequence, upTo delimiter: Unicode.Scalar
    ) -> String? {
        var part = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == delimiter { return String(part) }
            if scalar == "\\", let next = rest.first, next == delimiter || next == "\\" {
                part.append(next)
                rest.removeFirst()
            } else {
                part.append(scalar)
            }
        }
        return nil
    }
}
