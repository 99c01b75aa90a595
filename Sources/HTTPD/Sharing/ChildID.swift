// SPDX-License-Identifier: Apache-2.0

/// One of the server's children, as the others know it.
///
/// A number that no other child of the same server ever has, whatever is restarted, until the server is stopped. It is
/// not the number of the child's process, which the system gives out again.
public struct ChildID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number, from 1 on.
    public let number: UInt64

    /// `nil` for 0, which stands for no child.
    init?(_ number: UInt64) {
        guard number > 0 else { return nil }
        self.number = number
    }

    /// Whether the first child was started before the second one.
    public static func < (left: ChildID, right: ChildID) -> Bool { left.number < right.number }

    /// `child 17`.
    public var description: String { "child \(number)" }
}
