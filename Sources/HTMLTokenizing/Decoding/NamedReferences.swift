// SPDX-License-Identifier: Apache-2.0

/// The named character references: 13.5.
///
/// They are one string in the order of their names, without an index: there is nothing to set up, and a name is found in
/// a dozen steps.
enum NamedReferences {
    /// No name has more bytes, the semicolon left out.
    static var longest: Int { 31 }
    /// No name of those that need no semicolon has more bytes.
    static var longestOpen: Int { 6 }

    /// Adds to `output` what a reference of this name, without `&` and `;`, stands for. Returns whether there is one.
    ///
    /// `isOpen` says that there is no semicolon behind it.
    static func append(_ name: Span<UInt8>, isOpen: Bool, to output: inout [UInt8]) -> Bool {
        guard name.count > 0, name.count <= (isOpen ? longestOpen : longest) else { return false }
        let text = table
        let bytes = text.utf8.span
        // Each begins at the space before an entry, or at the last space.
        var low = 0
        var high = bytes.count - 1
        while low < high {
            var start = low + (high - low) / 2
            while start > low, bytes[start] != space { start -= 1 }
            var index = start + 1
            switch compare(name, bytes, &index) {
            case .before: high = start
            case .behind:
                low = bytes.first(space, from: index)
            case .same:
                if isOpen, bytes[index] != UInt8(ascii: "!") { return false }
                index += 1
                while index < bytes.count, bytes[index] != space {
                    output.append(bytes[index])
                    index += 1
                }
                return true
            }
        }
        return false
    }

    private static var space: UInt8 { UInt8(ascii: " ") }

    private enum Order { case before, same, behind }

    /// How `name` stands to the entry at `index`, which is left behind the entry's name if they are the same.
    private static func compare(_ name: Span<UInt8>, _ bytes: Span<UInt8>, _ index: inout Int) -> Order {
        var place = 0
        while index < bytes.count {
            let byte = bytes[index]
            let isEnd = byte == UInt8(ascii: ":") || byte == UInt8(ascii: "!")
            if place == name.count { return isEnd ? .same : .before }
            if isEnd || name[place] > byte { return .behind }
            if name[place] < byte { return .before }
            place += 1
            index += 1
        }
        return .before
    }
}
