// SPDX-License-Identifier: Apache-2.0

/// A value that knows whether it was set, so that merging one section over another is derived, not written.
public struct Setting<Value: Sendable>: Sendable {
    /// What holds while nothing was set.
    public let fallback: Value
    /// What was set, or `nil`.
    public private(set) var explicit: Value?

    /// A setting with its default.
    public init(_ fallback: Value) {
        self.fallback = fallback
    }

    /// The value in force; assigning sets it.
    public var value: Value {
        get { explicit ?? fallback }
        set { explicit = newValue }
    }

    /// Lays an inner section's setting over this one.
    mutating func merge(_ inner: Self) {
        if let value = inner.explicit { explicit = value }
    }
}
