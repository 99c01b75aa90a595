// SPDX-License-Identifier: Apache-2.0
public import HTTPD

/// What a decoder made of a part of a stream, as a protocol handler learns of it.
public enum DecodedFrame: Equatable, Sendable, CustomStringConvertible {
    /// A frame and its payload.
    case frame([UInt8])
    /// A frame beyond the maximum, of which so many bytes were dropped in all.
    case overlong(length: Int)

    /// A frame whose payload is text.
    public static func frame(_ text: String) -> DecodedFrame { .frame(Array(text.utf8)) }

    /// The start of the payload as text, and its length.
    public var description: String {
        switch self {
        case .frame(let payload):
            "frame \(String(decoding: payload.prefix(40), as: UTF8.self).debugDescription) (\(payload.count) bytes)"
        case .overlong(let length): "overlong frame of \(length) bytes"
        }
    }
}

/// What a decoder made of a stream.
public struct DecodedStream: Equatable, Sendable {
    /// What it found, in order.
    public var frames: [DecodedFrame]
    /// Why it gave up, if it did.
    public var error: StreamError?

    /// What was found, and why nothing more.
    public init(frames: [DecodedFrame] = [], error: StreamError? = nil) {
        self.frames = frames
        self.error = error
    }
}
