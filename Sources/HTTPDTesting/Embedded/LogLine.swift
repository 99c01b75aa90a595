// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// A line that was written to the error log.
public struct LogLine: Sendable, Equatable, CustomStringConvertible {
    /// Its severity.
    public let level: Log.Level
    /// Its text, as it was before httpd adds time, module and client.
    public let text: String

    /// Severity and text.
    public var description: String { "[\(level)] \(text)" }
}
