// SPDX-License-Identifier: Apache-2.0

/// `Link`, and the other field whose URLs stand in delimiters.
enum LinkField {
    /// Maps the targets: RFC 8288, appendix B.2.
    static func map(_ value: Span<UInt8>, _ urls: borrowing URLMap, _ editor: inout ValueEditor) {
        var index = 0
        while index < value.count {
            while index < value.count, value[index].isSpace || value[index] == UInt8(ascii: ",") { index &+= 1 }
            guard value.at(index) == UInt8(ascii: "<") else { return }
            let end = value.first(UInt8(ascii: ">"), from: index &+ 1)
            guard end < value.count else { return }
            editor.map(Range(index &+ 1, to: end), of: value, urls)
            index = skipParameters(value, end &+ 1)
        }
    }

    /// The place behind the parameters, which end at a comma outside of quotation marks.
    private static func skipParameters(_ value: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < value.count, value[index] != UInt8(ascii: ",") {
            index = value[index] == UInt8(ascii: "\"") ? behindString(value, index) : index &+ 1
        }
        return index
    }

    /// The place behind the quoted string that begins at `start`.
    private static func behindString(_ value: Span<UInt8>, _ start: Int) -> Int {
        var index = start &+ 1
        while index < value.count, value[index] != UInt8(ascii: "\"") {
            index &+= value[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index &+ 1, value.count)
    }

    /// Maps what is in quotation marks: the members of a dictionary, RFC 8941.
    static func mapQuoted(_ value: Span<UInt8>, _ urls: borrowing URLMap, _ editor: inout ValueEditor) {
        var index = 0
        while index < value.count {
            if value[index] == UInt8(ascii: "\"") {
                let end = behindString(value, index)
                // With `=` in front it is a member's value, or a parameter's, which no rule fits.
                let isWhole = end &- 1 > index && value.at(end &- 1) == UInt8(ascii: "\"")
                if isWhole, value.at(index &- 1) == UInt8(ascii: "=") {
                    editor.map(Range(index &+ 1, to: end &- 1), of: value, urls)
                }
                index = end
            } else {
                index &+= 1
            }
        }
    }
}
