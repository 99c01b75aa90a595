// SPDX-License-Identifier: Apache-2.0

/// All the ways in which an input of `count` bytes is given to a filter.
struct Variations {
    let count: Int
    let seed: UInt64
    let randomCount: Int

    /// Where an input is cut in two: everywhere, or evenly sampled where that would be too much.
    var cuts: [Int] {
        guard count > 1 else { return [] }
        let most = min(256, max(16, 1_000_000 / count))
        if count - 1 <= most { return Array(1..<count) }
        return (1...most).map { $0 * (count - 1) / most }
    }

    static func whole(_ count: Int) -> Variation {
        Variation(name: "whole", steps: [.data(0..<count, .heap), .end, .pass])
    }

    /// Calls `body` with each.
    func forEach<Failure: Error>(_ body: (Variation) throws(Failure) -> Void) throws(Failure) {
        for variation in wholes + small { try body(variation) }
        for cut in cuts {
            for variation in cutInTwo(cut) { try body(variation) }
        }
        var seeds = SeededGenerator(seed: seed)
        for index in 0..<randomCount {
            // The first one is the seed itself, so that a seed that was printed gives the same split again.
            try body(random(index == 0 ? seed : seeds.next()))
        }
    }

    private var wholes: [Variation] {
        let all = 0..<count
        return [
            Self.whole(count),
            Variation(name: "EOS in a brigade of its own", steps: [.data(all, .heap), .pass, .end, .pass]),
            Variation(
                name: "FLUSH before and after, empty brigades between",
                steps: [.pass, .flush, .pass, .data(all, .heap), .pass, .flush, .pass, .pass, .mark(1), .end, .pass]),
            Variation(
                name: "transient, the next filter keeps it", steps: [.data(all, .transient), .pass, .end, .pass],
                nextKeeps: true),
            Variation(
                name: "whole, the next filter keeps it", steps: [.data(all, .heap), .end, .pass], nextKeeps: true),
            Variation(name: "unknown length", steps: [.data(all, .unknown(piece: 8000)), .end, .pass]),
            Variation(name: "unknown length, 7 bytes at a time", steps: [.data(all, .unknown(piece: 7)), .end, .pass]),
            Variation(
                name: "EAGAIN before the data", steps: [.data(all, .late), .end, .pass], triesFirst: true),
            Variation(
                name: "EAGAIN before the data, read 3 bytes at a time", steps: [.data(all, .late), .end, .pass],
                readLimit: 3, triesFirst: true),
        ]
    }

    private var small: [Variation] {
        // As many pieces as are bearable.
        let size = max(1, count / 4096)
        let pieces = stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
        let unit = size == 1 ? "byte by byte" : "\(size) bytes at a time"
        let ending: [Variation.Step] = [.end, .pass]
        var marks: [Variation.Step] = []
        for (index, piece) in pieces.enumerated() {
            marks += [.data(piece, .transient), .mark(index), .flush]
        }
        return [
            Variation(
                name: "\(unit), a brigade each", steps: pieces.flatMap { [.data($0, .transient), .pass] } + ending),
            Variation(name: "\(unit) in one brigade", steps: pieces.map { .data($0, .heap) } + ending, readLimit: 1),
            Variation(name: "\(unit) with a mark and FLUSH after each", steps: marks + ending, triesFirst: true),
            Variation(
                name: "\(unit), the next filter keeps it",
                steps: pieces.flatMap { [.data($0, .transient), .pass] } + ending, nextKeeps: true),
        ]
    }

    private func cutInTwo(_ cut: Int) -> [Variation] {
        let (front, back) = (0..<cut, cut..<count)
        return [
            Variation(
                name: "cut at \(cut)",
                steps: [.data(front, .transient), .pass, .data(back, .transient), .pass, .end, .pass]),
            Variation(
                name: "cut at \(cut) in one brigade", steps: [.data(front, .heap), .data(back, .heap), .end, .pass],
                readLimit: cut),
            Variation(
                name: "FLUSH at \(cut)",
                steps: [.mark(1), .data(front, .heap), .mark(2), .flush, .mark(3), .data(back, .heap), .end, .pass]),
            Variation(
                name: "EAGAIN at \(cut)", steps: [.data(front, .heap), .data(back, .late), .end, .pass],
                triesFirst: true),
        ]
    }

    private func random(_ seed: UInt64) -> Variation {
        var generator = SeededGenerator(seed: seed)
        var steps: [Variation.Step] = []
        var position = 0
        let longest = max(1, [1, 4, 16, count / 4, count].randomElement(using: &generator) ?? 1)
        while position < count {
            let end = min(count, position + Int.random(in: 1...max(longest, count / 4096), using: &generator))
            let memory: Variation.Memory =
                switch Int.random(in: 0..<5, using: &generator) {
                case 0, 1: .heap
                case 2: .transient
                case 3: .unknown(piece: Int.random(in: 1...longest, using: &generator))
                default: .late
                }
            steps.append(.data(position..<end, memory))
            position = end
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: steps.append(.flush)
            case 1: steps.append(.mark(steps.count))
            case 2, 3: steps.append(.pass)
            case 4: steps.append(.data(end..<end, .heap))
            default: break
            }
        }
        if Bool.random(using: &generator) { steps.append(.pass) }
        steps += [.end, .pass]
        return Variation(
            name: "random split", seed: seed, steps: steps, nextKeeps: Bool.random(using: &generator),
            readLimit: Int.random(in: 1...max(1, longest * 2), using: &generator),
            triesFirst: Bool.random(using: &generator))
    }
}
