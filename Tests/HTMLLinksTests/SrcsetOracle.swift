// SPDX-License-Identifier: Apache-2.0

/// The HTML standard's steps to parse a `srcset` attribute, one by one, for comparison: 4.8.4.2.1.
func srcsetOracle(_ input: [UInt8]) -> [Range<Int>] {
    enum State { case inDescriptor, inParens, afterDescriptor }
    func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0C, 0x0D].contains(byte) }
    var position = 0
    var urls: [Range<Int>] = []
    while true {
        // 4. Splitting loop: collect a sequence of code points that are ASCII whitespace or U+002C.
        while position < input.count, isSpace(input[position]) || input[position] == 0x2C { position += 1 }
        // 5. If position is past the end of input, return candidates.
        if position >= input.count { return urls }
        // 6. Collect a sequence of code points that are not ASCII whitespace: url.
        let start = position
        while position < input.count, !isSpace(input[position]) { position += 1 }
        var url = start..<position
        // 7. A new empty list: descriptors.
        var descriptors: [[UInt8]] = []
        if input[url.upperBound - 1] == 0x2C {
            // 8. If url ends with U+002C: remove all trailing commas.
            while !url.isEmpty, input[url.upperBound - 1] == 0x2C { url = url.lowerBound..<url.upperBound - 1 }
        } else {
            // 8. Otherwise, the descriptor tokenizer.
            while position < input.count, isSpace(input[position]) { position += 1 }
            var current: [UInt8] = []
            var state = State.inDescriptor
            tokenizer: while true {
                let c: UInt8? = position < input.count ? input[position] : nil
                switch state {
                case .inDescriptor:
                    if let c, isSpace(c) {
                        if !current.isEmpty {
                            descriptors.append(current)
                            current = []
                            state = .afterDescriptor
                        }
                    } else if c == 0x2C {
                        position += 1
                        if !current.isEmpty { descriptors.append(current) }
                        break tokenizer
                    } else if let c, c == 0x28 {
                        current.append(c)
                        state = .inParens
                    } else if let c {
                        current.append(c)
                    } else {
                        if !current.isEmpty { descriptors.append(current) }
                        break tokenizer
                    }
                case .inParens:
                    if let c, c == 0x29 {
                        current.append(c)
                        state = .inDescriptor
                    } else if let c {
                        current.append(c)
                    } else {
                        descriptors.append(current)
                        break tokenizer
                    }
                case .afterDescriptor:
                    if let c, isSpace(c) {
                    } else if c == nil {
                        break tokenizer
                    } else {
                        state = .inDescriptor
                        position -= 1
                    }
                }
                position += 1
            }
        }
        // 9 and on: the descriptors are looked at; the URL stands.
        urls.append(url)
    }
}
