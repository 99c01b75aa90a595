// SPDX-License-Identifier: Apache-2.0

/// Looks for a delimiter in bytes that grow, and looks at no byte twice (Knuth, Morris and Pratt).
struct DelimiterSearch: Sendable {
    /// At least one byte.
    private let delimiter: [UInt8]
    private let first: UInt8
    /// The length of the longest proper prefix that is also a suffix, for each prefix of the delimiter.
    private let borders: [Int]
    /// How many bytes of the delimiter end at `scanned`; fewer than all.
    private var matched = 0
    /// How many of the bytes not yet consumed are dealt with.
    private var scanned = 0

    /// The number of bytes of the delimiter.
    var length: Int { delimiter.count }

    /// `nil` for a delimiter of no bytes, which would be everywhere.
    init?(_ delimiter: [UInt8]) {
        guard let first = delimiter.first else { return nil }
        self.init(first, then: Array(delimiter.dropFirst()))
    }

    /// Looks for one byte and those that follow.
    init(_ first: UInt8, then rest: [UInt8] = []) {
        self.first = first
        let delimiter = [first] + rest
        var borders = [0]
        borders.reserveCapacity(delimiter.count)
        var length = 0
        for byte in rest {
            while length > 0, delimiter[length] != byte { length = borders[length - 1] }
            if delimiter[length] == byte { length += 1 }
            borders.append(length)
        }
        self.delimiter = delimiter
        self.borders = borders
    }

    /// The offset behind the first delimiter that ends in `bytes`; the search begins anew behind it.
    mutating func end(in bytes: Span<UInt8>) -> Int? {
        var index = min(scanned, bytes.count)
        while index < bytes.count {
            if matched == 0 {
                guard let start = bytes.firstIndex(ofByte: first, from: index) else {
                    index = bytes.count
                    break
                }
                matched = 1
                index = start + 1
            } else {
                let byte = bytes[index]
                while matched > 0, delimiter[matched] != byte { matched = borders[matched - 1] }
                if delimiter[matched] == byte { matched += 1 }
                index += 1
            }
            if matched == delimiter.count {
                matched = 0
                scanned = 0
                return index
            }
        }
        scanned = index
        return nil
    }

    /// All bytes looked at so far are consumed; a delimiter may still end behind them.
    mutating func consumeScanned() {
        scanned = 0
    }
}

extension Span where Element == UInt8 {
    /// The index of the first `byte` at or after `start`, which is not negative.
    func firstIndex(ofByte byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index < count {
            let end = min(count, index &+ 64)
            if extracting(index..<end).contains(byte) { break }
            index = end
        }
        while index < count {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    /// Whether `byte` is anywhere; looks at all bytes, and only a loop of this plain form becomes vector instructions.
    private func contains(_ byte: UInt8) -> Bool {
        var found: UInt8 = 0
        var index = 0
        while index < count {
            found |= self[index] == byte ? 1 : 0
            index &+= 1
        }
        return found != 0
    }
}
