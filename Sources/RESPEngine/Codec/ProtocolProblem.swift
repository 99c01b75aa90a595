// SPDX-License-Identifier: Apache-2.0

/// What is wrong with what a client sent. The texts are those of Redis 7.0 wherever it knows the problem.
public enum ProtocolProblem: Equatable, Sendable {
    /// A line goes on beyond ``RESPLimits/inlineLength``.
    case tooBigInlineRequest
    /// A quoted argument of an inline command does not end, or something follows its closing quote.
    case unbalancedQuotes
    /// An inline command has more arguments than ``RESPLimits/arguments``.
    case tooManyInlineArguments
    /// The count of an array goes on beyond ``RESPLimits/inlineLength``.
    case tooBigCountString
    /// The count of an array is no number, or more than ``RESPLimits/arguments``.
    case invalidCount
    /// More than ten arguments before authentication.
    case unauthenticatedCount
    /// The length of an argument goes on beyond ``RESPLimits/inlineLength``.
    case tooBigLengthString
    /// An argument starts with this byte, which is no dollar sign.
    case expectedBulk(got: UInt8)
    /// The length of an argument is no number, is negative, or is more than ``RESPLimits/bulkLength``.
    case invalidLength
    /// An argument of more than 16,384 bytes before authentication.
    case unauthenticatedLength
    /// The command is longer than ``RESPLimits/commandLength``. Redis has no such limit.
    case tooBigCommand
    /// An argument is an array, within ``RESPLimits/nesting``. Redis has no such case.
    case nestedArray

    /// The text of the reply, without the error code `ERR` before it; a byte that is no ASCII is a question mark.
    public var text: String {
        switch self {
        case .tooBigInlineRequest: "Protocol error: too big inline request"
        case .unbalancedQuotes: "Protocol error: unbalanced quotes in request"
        case .tooManyInlineArguments: "Protocol error: too many arguments in inline request"
        case .tooBigCountString: "Protocol error: too big mbulk count string"
        case .invalidCount: "Protocol error: invalid multibulk length"
        case .unauthenticatedCount: "Protocol error: unauthenticated multibulk length"
        case .tooBigLengthString: "Protocol error: too big bulk count string"
        case .expectedBulk(let byte):
            "Protocol error: expected '$', got '\(byte < 0x80 ? Character(UnicodeScalar(byte)) : "?")'"
        case .invalidLength: "Protocol error: invalid bulk length"
        case .unauthenticatedLength: "Protocol error: unauthenticated bulk length"
        case .tooBigCommand: "Protocol error: too big request"
        case .nestedArray: "nested arrays are no arguments"
        }
    }
}
