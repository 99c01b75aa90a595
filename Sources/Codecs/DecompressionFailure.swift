// SPDX-License-Identifier: Apache-2.0
public import Streaming

/// Why a coded body was not decoded.
public enum DecompressionFailure: Error, CaseIterable, Sendable {
    /// It ends before its coding does. A client's fault: 400.
    case truncated
    /// It is not what the coding looks like, or its checksum is wrong, or it wants a dictionary or a window above 8 MB.
    /// A client's fault: 400.
    case corrupt
    /// There is something behind its end. A client's fault: 400.
    case trailing
    /// It decodes to more than ``DecompressionLimit/size`` bytes: 413.
    case tooLarge
    /// It decodes to more than ``DecompressionLimit/ratio`` times its own length, or one write to more than 32 MB: 413.
    case tooDense
    /// It has more codings than ``DecompressionLimit/layers``: 413, or 415.
    case tooManyLayers
    /// The server has no memory for it: 503.
    case outOfMemory

    /// The error that a ``Decompressor`` throws for it.
    public var error: StreamError { StreamError(message) }

    /// What a ``Decompressor`` threw, also through other transforms; `nil` for an error of something else.
    public init?(_ error: StreamError) {
        guard let failure = Self.allCases.first(where: { $0.message == error.message }) else { return nil }
        self = failure
    }

    private var message: String {
        switch self {
        case .truncated: "the coded body ends too early"
        case .corrupt: "the coded body is corrupt"
        case .trailing: "there is something behind the end of the coded body"
        case .tooLarge: "the coded body decodes to more bytes than the limit allows"
        case .tooDense: "the coded body decodes to far more bytes than it has"
        case .tooManyLayers: "the body has more codings than the limit allows"
        case .outOfMemory: "no memory to decode the body"
        }
    }
}
