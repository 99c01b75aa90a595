// SPDX-License-Identifier: Apache-2.0

/// What one client may send: every command is held in memory until it is whole.
public struct RESPLimits: Equatable, Sendable {
    /// The most bytes of an inline command before its line feed, and of a count or length with its marker.
    public var inlineLength = 65_536
    /// The most bytes of one argument.
    public var bulkLength = 1 << 20
    /// The most arguments of a command, its name among them.
    public var arguments = 1024 * 16
    /// The most bytes of a whole command on the wire, with its framing.
    public var commandLength = 4 << 20
    /// How deep arrays may be nested. At 1 an array within a command is a protocol error, as Redis has it; up to a
    /// higher number it is dropped and the command refused. Held to 1…32.
    public var nesting = 1

    /// The defaults.
    public init() {}

    /// The most arguments before authentication, as in Redis.
    static let unauthenticatedArguments = 10
    /// The most bytes of an argument before authentication, as in Redis.
    static let unauthenticatedBulkLength = 16_384

    /// The same with nothing so small or so large that positions could overflow or no command fit.
    var held: RESPLimits {
        var limits = self
        limits.inlineLength = min(max(inlineLength, 16), 1 << 28)
        limits.bulkLength = min(max(bulkLength, 0), 1 << 28)
        limits.arguments = min(max(arguments, 1), 1 << 24)
        limits.commandLength = min(max(commandLength, 64), 1 << 29)
        limits.nesting = min(max(nesting, 1), 32)
        return limits
    }
}

/// The version of the protocol that replies are written in.
public enum RESPVersion: Int, Sendable {
    /// What every client understands.
    case two = 2
    /// With maps, sets, doubles, booleans and pushes; chosen by `HELLO 3`.
    case three = 3
}
