// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
internal import HTTPD

/// One embedded request with its connection, server and pool; destroyed with the object.
@safe
final class EmbeddedWorld {
    let raw: OpaquePointer
    /// Filters and sections that the chains refer to.
    private var retained: [AnyObject] = []

    init() {
        guard let raw = unsafe chttpd_embedded_create() else { preconditionFailure("no memory for a request") }
        unsafe self.raw = raw
    }

    // SAFETY (for the whole type): the records are alive until `deinit`, and what the chains refer to is retained
    // until then. C copies all bytes that it is given.

    deinit {
        unsafe chttpd_embedded_destroy(raw)
    }

    var request: UnsafeMutablePointer<request_rec> { unsafe chttpd_embedded_request(raw) }
    var connection: UnsafeMutablePointer<conn_rec> { unsafe chttpd_embedded_connection(raw) }

    func addOutputFilter(_ instance: AnyObject) {
        retained.append(instance)
        unsafe chttpd_embedded_add_output(raw, Unmanaged.passUnretained(instance).toOpaque(), PluginEntry.output)
    }

    func addInputFilter(_ instance: AnyObject) {
        retained.append(instance)
        unsafe chttpd_embedded_add_input(raw, Unmanaged.passUnretained(instance).toOpaque(), PluginEntry.input)
    }

    func configure(_ section: AnyObject?) {
        guard let section else { return }
        retained.append(section)
        unsafe chttpd_embedded_configure(raw, Unmanaged.passUnretained(section).toOpaque())
    }

    /// The bytes that arrived behind the last filter.
    var bytes: [UInt8] {
        let count = unsafe chttpd_embedded_count(raw)
        guard count > 0, let start = unsafe chttpd_embedded_bytes(raw) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    var events: [EmbeddedEvent] {
        (0..<(unsafe chttpd_embedded_event_count(raw))).map { index in
            let event = unsafe chttpd_embedded_event_at(raw, index)
            return EmbeddedEvent(
                mark: EmbeddedEvent.Mark(kind: Int(event.kind), value: Int(event.value)), offset: Int(event.offset))
        }
    }

    var log: [LogLine] {
        (0..<(unsafe chttpd_embedded_line_count(raw))).map { index in
            LogLine(
                level: Log.Level(rawValue: unsafe chttpd_embedded_line_level(raw, index)) ?? .trace1,
                text: unsafe String(cString: chttpd_embedded_line(raw, index)))
        }
    }

    /// Lends the bytes of a range to C.
    func lend(_ bytes: [UInt8], _ range: Range<Int>, _ body: (UnsafeRawPointer?, Int) -> Void) {
        unsafe bytes.withUnsafeBytes { buffer in
            let slice = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
            unsafe body(slice.baseAddress, slice.count)
        }
    }
}

/// Metadata that arrived behind the last filter.
struct EmbeddedEvent: Equatable {
    enum Mark: Equatable, CustomStringConvertible {
        case flush, end, error(Int), endOfConnection, mark(Int), other, emptyBrigade

        init(kind: Int, value: Int) {
            switch kind {
            case CHTTPD_EMBEDDED_FLUSH: self = .flush
            case CHTTPD_EMBEDDED_EOS: self = .end
            case CHTTPD_EMBEDDED_ERROR: self = .error(value)
            case CHTTPD_EMBEDDED_EOC: self = .endOfConnection
            case CHTTPD_EMBEDDED_MARK: self = .mark(value)
            case CHTTPD_EMBEDDED_EMPTY: self = .emptyBrigade
            default: self = .other
            }
        }

        var description: String {
            switch self {
            case .flush: "FLUSH"
            case .end: "EOS"
            case .error(let status): "ERROR \(status)"
            case .endOfConnection: "EOC"
            case .mark(let number): "mark \(number)"
            case .other: "other metadata"
            case .emptyBrigade: "an empty brigade"
            }
        }
    }

    let mark: Mark
    /// The number of bytes before it.
    let offset: Int
}
