// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
package import HTTPD

/// How a reader asks for a part of the body. The corresponding C type is `ap_input_mode_t`.
package enum BodyRead: Sendable {
    /// At most so many bytes: `AP_MODE_READBYTES`.
    case bytes(Int)
    /// Copies of at most so many bytes: `AP_MODE_SPECULATIVE`.
    case peek(Int)
    /// One line: `AP_MODE_GETLINE`.
    case line
    /// All: `AP_MODE_EXHAUSTIVE`.
    case all
    /// Nothing, but line ends in front go: `AP_MODE_EATCRLF`.
    case skipLineEnds
}

/// What a read of the body brought.
package struct BodyPart: Equatable, Sendable, CustomStringConvertible {
    /// What the read returned.
    package let status: Status
    /// The bytes; invalid UTF-8 is repaired.
    package let text: String
    /// Whether the end came with them.
    package let hasEnd: Bool

    /// A read that succeeded.
    package init(_ text: String, hasEnd: Bool = false) {
        self.init(.success, text, hasEnd: hasEnd)
    }

    /// What a read brought.
    package init(_ status: Status, _ text: String = "", hasEnd: Bool = false) {
        self.status = status
        self.text = text
        self.hasEnd = hasEnd
    }

    /// For a test's message.
    package var description: String { "\(status.rawValue) \"\(text.prefix(80))\"\(hasEnd ? " EOS" : "")" }
}

/// What the body's source does next.
package enum BodyStep: Sendable {
    /// Gives bytes.
    case data(String)
    /// Gives bytes in a bucket of unknown length that is read so many at a time.
    case unknown(String, piece: Int)
    /// Has nothing for a reader that does not wait.
    case wait
    /// Fails.
    case failure(Status)
}

extension EmbeddedRequest {
    // SAFETY (for the whole file): the records live as long as `world`; C copies the bytes that it is given.

    /// Adds to what readers of the body get. The end comes behind all.
    package func feed(_ steps: [BodyStep]) {
        for step in steps {
            switch step {
            case .data(let text):
                let bytes = Array(text.utf8)
                unsafe world.lend(bytes, 0..<bytes.count) { start, count in
                    unsafe chttpd_embedded_source_data(world.raw, start, count)
                }
            case .unknown(let text, let piece):
                let bytes = Array(text.utf8)
                unsafe world.lend(bytes, 0..<bytes.count) { start, count in
                    unsafe chttpd_embedded_source_unknown(world.raw, start, count, piece)
                }
            case .wait: unsafe chttpd_embedded_source_wait(world.raw)
            case .failure(let status): unsafe chttpd_embedded_source_failure(world.raw, status.rawValue)
            }
        }
    }

    /// Makes the source give more than it is asked for, in memory that does not last.
    package func overflowSource() {
        unsafe chttpd_embedded_source_overflows(world.raw)
    }

    /// Reads from the first input filter.
    package func readBody(_ read: BodyRead, isBlocking: Bool = true) -> BodyPart {
        let (mode, count) =
            switch read {
            case .bytes(let limit): (AP_MODE_READBYTES, limit)
            case .peek(let limit): (AP_MODE_SPECULATIVE, limit)
            case .line: (AP_MODE_GETLINE, 0)
            case .all: (AP_MODE_EXHAUSTIVE, 0)
            case .skipLineEnds: (AP_MODE_EATCRLF, 0)
            }
        let before = (world.count, world.events.count)
        let status = Status(
            rawValue: unsafe chttpd_embedded_read_in_mode(world.raw, mode, isBlocking ? 1 : 0, Int64(count)))
        return BodyPart(
            status, String(decoding: world.bytes[before.0...], as: UTF8.self),
            hasEnd: world.events[before.1...].contains { $0.mark == .end })
    }
}
