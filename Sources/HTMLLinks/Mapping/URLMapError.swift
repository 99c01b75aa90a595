// SPDX-License-Identifier: Apache-2.0

/// Why a rule of a ``URLMap`` is none.
public struct URLMapError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One of the two prefixes of a rule.
    public enum Part: String, Equatable, Sendable {
        /// What is replaced.
        case from
        /// What takes its place.
        case to
    }

    /// Which rule it is, counted from 0.
    public let rule: Int
    /// Which of its prefixes is wrong.
    public let part: Part
    /// What is wrong with it: a sentence without capital letter and full stop.
    public let message: String

    /// The message, with the part in front.
    public var description: String { "\(part.rawValue): \(message)" }
}
