// SPDX-License-Identifier: Apache-2.0
import RESPEngine
import Streaming

/// What a decoder made of a stream.
enum Decoded: Equatable, Sendable {
    case command([[UInt8]])
    case empty
    case refused(ProtocolProblem)
    case problem(ProtocolProblem)
    /// So many bytes behind a problem.
    case dropped(Int)

    static func command(_ arguments: String...) -> Decoded { .command(arguments.map { Array($0.utf8) }) }

    /// All that is found in a stream that comes in pieces.
    static func all(
        in pieces: [ArraySlice<UInt8>], _ limits: RESPLimits = RESPLimits(), isAuthenticated: Bool = true
    ) -> [Decoded] {
        var decoder = RESPDecoder(limits)
        decoder.isAuthenticated = isAuthenticated
        var found: [Decoded] = []
        var held: [UInt8] = []
        for piece in pieces {
            held += piece
            while true {
                switch decoder.decode(held.span) {
                case .incomplete: break
                case .overlong(let length, let isFirst):
                    if isFirst {
                        found.append(.dropped(length))
                    } else if case .dropped(let before) = found.popLast() {
                        found.append(.dropped(before + length))
                    }
                    held.removeFirst(length)
                    continue
                case .frame(_, let length):
                    switch decoder.content {
                    case .command:
                        var copies: [[UInt8]] = []
                        let arguments = decoder.arguments(of: held.span)
                        for index in 0..<arguments.count { copies.append(copy(arguments[index])) }
                        found.append(.command(copies))
                    case .empty: found.append(.empty)
                    case .refused(let problem): found.append(.refused(problem))
                    case .problem(let problem): found.append(.problem(problem))
                    }
                    held.removeFirst(length)
                    continue
                }
                break
            }
        }
        return found
    }

    /// The same, whole, byte by byte and cut in two everywhere; `nil` if they differ.
    static func all(
        inAnyCut input: [UInt8], _ limits: RESPLimits = RESPLimits(), isAuthenticated: Bool = true
    ) -> [Decoded]? {
        let whole = all(in: [input[...]], limits, isAuthenticated: isAuthenticated)
        let bytes = input.indices.map { input[$0...$0] }
        guard all(in: bytes, limits, isAuthenticated: isAuthenticated) == whole else { return nil }
        let step = max(input.count / 200, 1)
        for cut in stride(from: 1, to: input.count, by: step) {
            let halves = [input[..<cut], input[cut...]]
            guard all(in: halves, limits, isAuthenticated: isAuthenticated) == whole else { return nil }
        }
        return whole
    }

    static func all(
        inAnyCut input: String, _ limits: RESPLimits = RESPLimits(), isAuthenticated: Bool = true
    ) -> [Decoded]? {
        all(inAnyCut: Array(input.utf8), limits, isAuthenticated: isAuthenticated)
    }
}
