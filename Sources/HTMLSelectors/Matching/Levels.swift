// SPDX-License-Identifier: Apache-2.0

/// What is known of each open element for the sake of those inside of it, and of its children so far.
///
/// One level for each open element, and one around them all. Levels that are closed leave their memory to the next.
struct Levels {
    /// Which bits of a level.
    enum Sets: Int {
        /// Those of the open element.
        case parent
        /// Those of it and of all around it.
        case ancestors
        /// Those of its last child so far.
        case previous
        /// Those of all of its children so far.
        case siblings
    }

    struct TypeCount {
        var key: NameKey
        var namespace: NamespaceSet
        var count: Int
    }

    /// How many words a set of bits has.
    let words: Int
    /// How many counts a level has.
    let counters: Int
    private let countsTypes: Bool
    /// Whether nothing but the depth is known of levels.
    let needsNothing: Bool
    /// How many elements are open.
    private(set) var depth = 0
    private var bits: [UInt64]
    private var counts: [Int]
    private var types: [[TypeCount]]

    init(words: Int, counters: Int, countsTypes: Bool) {
        self.words = words
        self.counters = counters
        self.countsTypes = countsTypes
        needsNothing = words == 0 && counters == 0 && !countsTypes
        bits = Array(repeating: 0, count: words * 4)
        counts = Array(repeating: 0, count: counters)
        types = countsTypes ? [[]] : []
    }

    /// Whether a bit is set on the innermost level.
    @inline(__always)
    func has(_ bit: Int, in set: Sets) -> Bool {
        let word = (depth &* 4 &+ set.rawValue) &* words &+ bit >> 6
        return bits[word] >> UInt64(truncatingIfNeeded: bit & 63) & 1 == 1
    }

    /// Counts one more child of the innermost element, and tells how many there are now.
    @inline(__always)
    mutating func count(_ counter: Int) -> Int {
        let place = depth &* counters &+ counter
        counts[place] &+= 1
        return counts[place]
    }

    /// Counts one more child of a type; `nil` if there are `limit` types.
    mutating func count(_ key: NameKey, _ namespace: NamespaceSet, limit: Int) -> Int? {
        for index in types[depth].indices
        where types[depth][index].key == key && types[depth][index].namespace == namespace {
            types[depth][index].count &+= 1
            return types[depth][index].count
        }
        guard types[depth].count < limit else { return nil }
        types[depth].append(TypeCount(key: key, namespace: namespace, count: 1))
        return 1
    }

    /// Opens a child of the innermost element, which has these bits.
    @inline(__always)
    mutating func open(_ own: [UInt64]) {
        if needsNothing { depth &+= 1 } else { openLevel(own) }
    }

    /// Opens a child where nothing but the depth is known.
    @inline(__always)
    mutating func deepen() { depth &+= 1 }

    /// Has as many elements open, where nothing else is known of them.
    @inline(__always)
    mutating func move(to depth: Int) { if needsNothing { self.depth = max(0, depth) } }

    private mutating func openLevel(_ own: [UInt64]) {
        let outer = depth &* 4 &* words
        let inner = outer &+ 4 &* words
        if bits.count < inner &+ 4 &* words {
            for _ in 0..<words &* 4 { bits.append(0) }
        }
        for word in 0..<words {
            let mine = own[word]
            bits[outer &+ Sets.previous.rawValue &* words &+ word] = mine
            bits[outer &+ Sets.siblings.rawValue &* words &+ word] |= mine
            let around = bits[outer &+ Sets.ancestors.rawValue &* words &+ word]
            bits[inner &+ Sets.parent.rawValue &* words &+ word] = mine
            bits[inner &+ Sets.ancestors.rawValue &* words &+ word] = around | mine
            bits[inner &+ Sets.previous.rawValue &* words &+ word] = 0
            bits[inner &+ Sets.siblings.rawValue &* words &+ word] = 0
        }
        depth &+= 1
        let start = depth &* counters
        for counter in 0..<counters {
            if start &+ counter < counts.count { counts[start &+ counter] = 0 } else { counts.append(0) }
        }
        guard countsTypes else { return }
        if depth < types.count { types[depth].removeAll(keepingCapacity: true) } else { types.append([]) }
    }

    /// Closes the innermost element; nothing if none is open.
    mutating func close() {
        if depth > 0 { depth &-= 1 }
    }
}
