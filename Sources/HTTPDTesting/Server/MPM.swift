// SPDX-License-Identifier: Apache-2.0

/// The stock multi-processing modules of httpd on Unix.
public enum MPM: String, CaseIterable, Sendable, CustomStringConvertible {
    /// Threads, with idle connections parked in a listener thread.
    case event
    /// Threads, one per connection.
    case worker
    /// One process per connection.
    case prefork

    /// Whether one child serves several connections at a time.
    public var isThreaded: Bool { self != .prefork }

    /// The short name, as it appears in a test's argument list.
    public var description: String { rawValue }
}
