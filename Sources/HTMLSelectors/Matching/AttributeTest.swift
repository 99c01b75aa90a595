// SPDX-License-Identifier: Apache-2.0

extension Program.AttributeTest {
    /// Whether an attribute's value is what is wanted on an element of a namespace.
    func holds(_ value: Span<UInt8>, in namespace: NamespaceSet) -> Bool {
        let ignoresCase = insensitive.contains(namespace)
        let wanted = self.value.span
        let surplus = value.count &- wanted.count
        switch operation {
        case .exists: return true
        case .equals: return surplus == 0 && value.has(wanted, at: 0, ignoresCase)
        case .hasPrefixOfDash:
            guard surplus >= 0, value.has(wanted, at: 0, ignoresCase) else { return false }
            return surplus == 0 || value[wanted.count] == .minus
        case .hasPrefix: return !wanted.isEmpty && surplus >= 0 && value.has(wanted, at: 0, ignoresCase)
        case .hasSuffix: return !wanted.isEmpty && surplus >= 0 && value.has(wanted, at: surplus, ignoresCase)
        case .contains:
            guard !wanted.isEmpty, surplus >= 0 else { return false }
            for start in 0...surplus where value.has(wanted, at: start, ignoresCase) { return true }
            return false
        case .hasWord: return !wanted.isEmpty && value.hasWord(wanted, ignoresCase)
        }
    }
}

extension Span<UInt8> {
    /// Whether other bytes, which fit, stand at a place.
    @inline(__always)
    fileprivate func has(_ other: Span<UInt8>, at start: Int, _ ignoresCase: Bool) -> Bool {
        if ignoresCase {
            for index in other.indices where self[start &+ index].lowercasedASCII != other[index].lowercasedASCII {
                return false
            }
        } else {
            for index in other.indices where self[start &+ index] != other[index] { return false }
        }
        return true
    }

    /// Whether one of the words that spaces separate is this; a word with a space in it is none.
    fileprivate func hasWord(_ word: Span<UInt8>, _ ignoresCase: Bool) -> Bool {
        var start = 0
        while start < count {
            if self[start].isSpace {
                start &+= 1
                continue
            }
            var end = start
            while end < count, !self[end].isSpace { end &+= 1 }
            if end &- start == word.count, has(word, at: start, ignoresCase) { return true }
            start = end
        }
        return false
    }

    /// Whether this is a name in small letters, in either case.
    @inline(__always)
    func isName(_ small: [UInt8]) -> Bool {
        count == small.count && has(small.span, at: 0, true)
    }
}
