// SPDX-License-Identifier: Apache-2.0

/// What a filter or a decoder does wrong, and in which variation of its input.
public struct VerificationFailure: Error, Sendable, CustomStringConvertible {
    /// How the input was cut and given.
    public let variation: String
    /// What determined a random variation: given to the verifier as its seed, it comes first.
    public let seed: UInt64?
    /// What is wrong.
    public let problem: String
    /// The offset of the first byte of the output that is wrong, if that is the problem.
    public let offset: Int?
    /// What the filter wrote to the error log; nothing for a decoder.
    public let log: [LogLine]

    /// Variation, seed and problem, and below them the lines of the log.
    public var description: String {
        let seed = seed.map { " (seed \($0))" } ?? ""
        let log = log.map { "\n    \($0)" }.joined()
        return "\(variation)\(seed): \(problem)\(log)"
    }
}
