// SPDX-License-Identifier: Apache-2.0

/// The arguments of a directive, split from its line.
///
/// Words are separated by white space. Quotes, single or double, may stand around a word or around the value of
/// `key="value with spaces"`; inside them a backslash makes the quote, or a backslash, ordinary.
package struct ArgumentList: Equatable, Sendable {
    /// The words.
    package let words: [String]

    /// Splits a line.
    package init(parsing line: String) throws(DirectiveError) {
        var words: [String] = []
        var rest = line.unicodeScalars[...]
        while true {
            rest = rest.drop { $0.properties.isWhitespace }
            guard rest.first != nil else { break }
            words.append(try Self.word(from: &rest))
        }
        self.words = words
    }

    /// Splits a line of httpd's, which must be UTF-8: anything else would be changed on its way to the plugin.
    @unsafe
    package init(parsing line: UnsafePointer<CChar>) throws(DirectiveError) {
        // SAFETY: httpd passes a C string, which is copied.
        guard let text = unsafe String(validatingCString: line) else {
            throw DirectiveError("is not UTF-8: save the file in that encoding")
        }
        try self.init(parsing: text)
    }

    private static func word(from rest: inout String.UnicodeScalarView.SubSequence) throws(DirectiveError) -> String {
        var word = String.UnicodeScalarView()
        var mayQuote = true
        while let scalar = rest.first, !scalar.properties.isWhitespace {
            rest.removeFirst()
            if mayQuote, scalar == "\"" || scalar == "'" {
                word.append(contentsOf: try quoted(by: scalar, from: &rest))
                mayQuote = false
            } else {
                word.append(scalar)
                mayQuote = scalar == "="
            }
        }
        return String(word)
    }

    private static func quoted(
        by quote: Unicode.Scalar, from rest: inout String.UnicodeScalarView.SubSequence
    ) throws(DirectiveError) -> String.UnicodeScalarView {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote { return text }
            if scalar == "\\", let next = rest.first, next == quote || next == "\\" {
                text.append(next)
                rest.removeFirst()
            } else {
                text.append(scalar)
            }
        }
        throw DirectiveError("a quote is not closed: add \(quote) at the end of the argument")
    }
}
