// SPDX-License-Identifier: Apache-2.0

/// How far a search may go.
public struct ReplaceLimits: Equatable, Sendable {
    /// What happens where a limit is reached.
    public enum Policy: String, CaseIterable, Sendable {
        /// The bytes pass as they are.
        case pass
        /// The stream fails.
        case fail
    }

    /// A match may have at most so many bytes, with what has to be seen behind it. So many are held, at most.
    public var matchLength: Int
    /// Steps back that a pattern may take from one place, as PCRE2 counts them.
    public var steps: Int
    /// Bytes of memory that a pattern may take for them.
    public var memory: Int
    /// The time that a pattern may take for one stream, to some ten milliseconds and what the steps from some hundred places
    /// take.
    public var time: Duration
    /// What happens where a limit is reached.
    public var policy: Policy

    /// 64 KB, 250,000 steps, 16 MB and a second; what exceeds them passes.
    public init(
        matchLength: Int = 64 * 1024, steps: Int = 250_000, memory: Int = 16 * 1024 * 1024,
        time: Duration = .seconds(1), policy: Policy = .pass
    ) {
        self.matchLength = matchLength
        self.steps = steps
        self.memory = memory
        self.time = time
        self.policy = policy
    }
}

/// A limit that a rule reached.
public struct ExceededLimit: Equatable, Sendable {
    /// Which one.
    public enum Limit: Sendable {
        /// A match may be longer than ``ReplaceLimits/matchLength``.
        case matchLength
        /// ``ReplaceLimits/steps``, ``ReplaceLimits/memory`` or ``ReplaceLimits/time``.
        case effort
    }

    /// The number of the rule, from 0.
    public let rule: Int
    /// Which one.
    public let limit: Limit
}
