// SPDX-License-Identifier: Apache-2.0

extension MetaPrescan {
    /// Reads tags; where the bytes end, it has no answer.
    struct Scan: ~Copyable, ~Escapable {
        let bytes: Span<UInt8>
        var index = 0

        @_lifetime(copy bytes)
        init(bytes: Span<UInt8>) {
            self.bytes = bytes
        }

        /// The byte at a place; `nil` behind the end.
        func byte(_ index: Int) -> UInt8? { index >= 0 && index < bytes.count ? bytes[index] : nil }

        /// Where the `>` of the comment is whose text begins at `start`.
        func endOfComment(_ start: Int) -> Int? {
            // The hyphens of `<!--` may be those of the end.
            var index = start
            while index < bytes.count {
                if bytes[index] == UInt8(ascii: ">"), byte(index &- 1) == 0x2D, byte(index &- 2) == 0x2D {
                    return index
                }
                index &+= 1
            }
            return nil
        }

        /// Whether `<meta` stands there, and its name ends.
        func isMeta(_ index: Int) -> Bool {
            guard let behind = byte(index &+ 5), behind.isHTMLSpace || behind == UInt8(ascii: "/") else { return false }
            return HTMLText.isName(bytes, Range(index &+ 1, to: index &+ 5), [0x6D, 0x65, 0x74, 0x61].span)
        }

        /// Goes to the end of a tag whose name begins here. Returns whether it has one.
        @_lifetime(self: copy self)
        mutating func skipTag() -> Bool {
            while let byte = byte(index), !byte.isHTMLSpace, byte != UInt8(ascii: ">") { index &+= 1 }
            while let attribute = attribute() {
                if attribute.name.isEmpty { return true }
            }
            return false
        }

        /// An attribute; one with no name is the end of the tag.
        struct Attribute {
            var name: Range<Int>
            var value: Range<Int>
        }

        /// "Get an attribute"; `nil` if the bytes end.
        @_lifetime(self: copy self)
        mutating func attribute() -> Attribute? {
            while let byte = byte(index), byte.isHTMLSpace || byte == UInt8(ascii: "/") { index &+= 1 }
            guard let first = byte(index) else { return nil }
            let none = Range(index, to: index)
            if first == UInt8(ascii: ">") { return Attribute(name: none, value: none) }
            let start = index
            // The first byte is the name's even if it is `=`.
            index &+= 1
            while let byte = byte(index), byte != UInt8(ascii: "="), byte != UInt8(ascii: "/"),
                byte != UInt8(ascii: ">"), !byte.isHTMLSpace
            {
                index &+= 1
            }
            let name = Range(start, to: index)
            while let byte = byte(index), byte.isHTMLSpace { index &+= 1 }
            guard let separator = byte(index) else { return nil }
            guard separator == UInt8(ascii: "=") else { return Attribute(name: name, value: Range(index, to: index)) }
            index &+= 1
            while let byte = byte(index), byte.isHTMLSpace { index &+= 1 }
            guard let quote = byte(index) else { return nil }
            return value(of: name, quote)
        }

        @_lifetime(self: copy self)
        private mutating func value(of name: Range<Int>, _ quote: UInt8) -> Attribute? {
            if quote == 0x22 || quote == 0x27 {
                let start = index &+ 1
                let end = bytes.first(quote, from: start)
                guard end < bytes.count else { return nil }
                index = end &+ 1
                return Attribute(name: name, value: Range(start, to: end))
            }
            let start = index
            while let byte = byte(index), !byte.isHTMLSpace, byte != UInt8(ascii: ">") { index &+= 1 }
            guard index < bytes.count else { return nil }
            return Attribute(name: name, value: Range(start, to: index))
        }

        /// The encoding that the attributes of a `<meta>` name, or that they name none; `nil` if the bytes end.
        @_lifetime(self: copy self)
        mutating func meta() -> HTMLEncoding?? {
            var gotPragma = false
            var needsPragma: Bool?
            var encoding: HTMLEncoding?
            var seen = (httpEquiv: false, content: false, charset: false)
            while true {
                guard let attribute = attribute() else { return .none }
                if attribute.name.isEmpty { break }
                let name = bytes.extracting(attribute.name)
                let value = bytes.extracting(attribute.value)
                if !seen.httpEquiv, HTMLText.equals(name, "http-equiv") {
                    seen.httpEquiv = true
                    if HTMLText.equals(value, "content-type") { gotPragma = true }
                } else if !seen.content, HTMLText.equals(name, "content") {
                    seen.content = true
                    if let named = MetaPrescan.encoding(inContent: value), needsPragma == nil {
                        encoding = named
                        needsPragma = true
                    }
                } else if !seen.charset, HTMLText.equals(name, "charset") {
                    seen.charset = true
                    encoding = HTMLEncoding(label: value)
                    needsPragma = false
                }
            }
            guard let needsPragma, gotPragma || !needsPragma, let encoding else { return .some(nil) }
            return .some(encoding == .xUserDefined ? .windows1252 : encoding.ofDeclaration)
        }
    }

    /// The encoding that a Content-Type names: "extracting a character encoding from a meta element".
    static func encoding(inContent value: Span<UInt8>) -> HTMLEncoding? {
        var index = 0
        while index < value.count {
            guard value.count &- index >= 7,
                HTMLText.equals(value.extracting(index..<(index &+ 7)), "charset")
            else {
                index &+= 1
                continue
            }
            index &+= 7
            while index < value.count, value[index].isHTMLSpace { index &+= 1 }
            guard index < value.count, value[index] == UInt8(ascii: "=") else { continue }
            index &+= 1
            while index < value.count, value[index].isHTMLSpace { index &+= 1 }
            guard index < value.count else { return nil }
            if value[index] == 0x22 || value[index] == 0x27 {
                let end = value.first(value[index], from: index &+ 1)
                guard end < value.count else { return nil }
                return HTMLEncoding(label: value.extracting((index &+ 1)..<end))
            }
            var end = index
            while end < value.count, !value[end].isHTMLSpace, value[end] != UInt8(ascii: ";") { end &+= 1 }
            return HTMLEncoding(label: value.extracting(index..<end))
        }
        return nil
    }
}
