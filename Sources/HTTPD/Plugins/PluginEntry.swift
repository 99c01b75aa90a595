// SPDX-License-Identifier: Apache-2.0
package import CHTTPD
internal import CPlugin

/// Where the host's calls arrive: C functions that find the Swift object and call it.
@safe
package enum PluginEntry {
    // SAFETY (for all): the host passes back what this toolkit gave it: a `context` is a Registration that is retained
    // for good, an `instance` an Instance that `configure` gave to the configuration's pool. httpd's objects are alive
    // for the call, and their types are those of the hooks that the host forwards.

    static let configure:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafePointer<CChar>?,
            UnsafePointer<swift_httpd_option>?, UInt64, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> UnsafePointer<CChar>? = { context, pool, boundName, options, count, result in
            guard let context = unsafe context, let pool = unsafe pool, let result = unsafe result else { return nil }
            let registration = unsafe Unmanaged<Registration>.fromOpaque(context).takeUnretainedValue()
            var pairs: [(key: String, value: String)] = []
            if let options = unsafe options {
                for index in 0..<Int(clamping: count) {
                    guard let key = unsafe options[index].key, let value = unsafe options[index].value else { continue }
                    unsafe pairs.append((String(cString: key), String(cString: value)))
                }
            }
            do throws(DirectiveError) {
                let name = unsafe boundName.map { unsafe String(cString: $0) } ?? ""
                let instance = try registration.configure(name, pairs)
                unsafe result.pointee = StateOwner.own(instance, by: OpaquePointer(pool))
                return nil
            } catch {
                return unsafe Pool.duplicate(error.message, in: OpaquePointer(pool))
            }
        }

    package static let request: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CInt = {
        context, r in
        guard let context = unsafe context, let r = unsafe r else { return Decision.declined.returnCode }
        let registration = unsafe Unmanaged<Registration>.fromOpaque(context).takeUnretainedValue()
        let request = unsafe Request(unsafeBorrowing: r.assumingMemoryBound(to: request_rec.self))
        do throws(HTTPDError) {
            let decision = try registration.handle(request)
            if case .status(let status) = decision, status.rawValue >= 400, HandlerFailure.isCommitted(request) {
                throw HTTPDError("gave up with \(status.rawValue) after the response had begun")
            }
            if case .status(let status) = decision, !status.isFinal {
                throw HTTPDError("answered with \(status.rawValue), which is no status of a response")
            }
            return decision.returnCode
        } catch {
            if HandlerFailure.wasAnswered(request) {
                request.log.debug("\(PluginImage.name).\(registration.name): \(error.description)")
            } else if HandlerFailure.isClientsDoing(error) {
                request.log.info("\(PluginImage.name).\(registration.name): \(error.description)")
            } else {
                request.log.error("\(PluginImage.name).\(registration.name): \(error.description)")
            }
            return unsafe HandlerFailure.returnCode(for: error, r.assumingMemoryBound(to: request_rec.self))
        }
    }

    package static let output:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CInt = {
            instance, f, bb in
            guard let instance = unsafe instance, let f = unsafe f, let bb = unsafe bb else { return 0 }
            let filter = unsafe f.assumingMemoryBound(to: ap_filter_t.self)
            let page = unsafe PageFailure.begunPage(of: filter)
            let status = unsafe OutputFilterEntry.run(
                instance, filter, bb.assumingMemoryBound(to: apr_bucket_brigade.self))
            if status != 0, let page = unsafe page { unsafe PageFailure.breakOff(page, filter) }
            return status
        }

    package static let input:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, CInt, CInt, Int64
        ) -> CInt = { instance, f, bb, mode, block, count in
            guard let instance = unsafe instance, let f = unsafe f, let bb = unsafe bb else { return 0 }
            return unsafe InputFilterEntry.run(
                instance, f.assumingMemoryBound(to: ap_filter_t.self),
                bb.assumingMemoryBound(to: apr_bucket_brigade.self),
                ap_input_mode_t(rawValue: UInt32(bitPattern: mode)),
                block == CInt(bitPattern: APR_BLOCK_READ.rawValue) ? APR_BLOCK_READ : APR_NONBLOCK_READ,
                apr_off_t(count))
        }

    package static let prepareInput: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CInt = {
        instance, f in
        guard let instance = unsafe instance, let f = unsafe f else { return 0 }
        return unsafe InputFilterEntry.prepare(instance, f.assumingMemoryBound(to: ap_filter_t.self))
    }

    package static let prepareOutput: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CInt = {
        instance, f in
        guard let instance = unsafe instance, let f = unsafe f else { return 0 }
        return unsafe OutputFilterEntry.prepare(instance, f.assumingMemoryBound(to: ap_filter_t.self))
    }

    package static let connection:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> CInt = { instance, c, session in
            guard let instance = unsafe instance, let c = unsafe c, let session = unsafe session else { return 0 }
            let connection = unsafe c.assumingMemoryBound(to: conn_rec.self)
            if let existing = unsafe session.pointee {
                unsafe Unmanaged<ProtocolSession>.fromOpaque(existing).takeUnretainedValue().drive(connection)
                return 0
            }
            if unsafe begin(instance, c, session) != 0, let made = unsafe session.pointee {
                unsafe Unmanaged<ProtocolSession>.fromOpaque(made).takeUnretainedValue().drive(connection)
            }
            return 0
        }

    static let begin:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> CInt = { instance, c, session in
            guard let instance = unsafe instance, let c = unsafe c, let session = unsafe session else { return 0 }
            let connection = unsafe c.assumingMemoryBound(to: conn_rec.self)
            let bound = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
            let link: any SessionLink = unsafe HostLink(connection) ?? LonelyLink()
            guard let made = unsafe ProtocolEntry.makeSession(bound, connection, link) else { return 0 }
            unsafe session.pointee = StateOwner.own(made, by: connection.pointee.pool)
            return 1
        }

    static let attend:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> UInt32 = {
            instance, c, session in
            guard let c = unsafe c, let session = unsafe session else { return 0 }
            let found = unsafe Unmanaged<ProtocolSession>.fromOpaque(session).takeUnretainedValue()
            return switch unsafe found.attend(c.assumingMemoryBound(to: conn_rec.self)) {
            case .none: UInt32(SWIFT_HTTPD_ATTENDED)
            case .whenWritable: UInt32(SWIFT_HTTPD_WHEN_WRITABLE)
            case .run: UInt32(SWIFT_HTTPD_RUN)
            case .abort: UInt32(SWIFT_HTTPD_ABORT)
            }
        }

    static let serve:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> UInt32 = {
            instance, c, session in
            guard let c = unsafe c, let session = unsafe session else { return UInt32(SWIFT_HTTPD_RUN) }
            let found = unsafe Unmanaged<ProtocolSession>.fromOpaque(session).takeUnretainedValue()
            return unsafe found.serve(c.assumingMemoryBound(to: conn_rec.self)).code
        }

    static let end:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = {
            instance, c, session in
            guard let c = unsafe c, let session = unsafe session else { return }
            let found = unsafe Unmanaged<ProtocolSession>.fromOpaque(session).takeUnretainedValue()
            unsafe found.end(c.assumingMemoryBound(to: conn_rec.self))
        }

    static let setting: @convention(c) (UnsafeMutableRawPointer?, UInt32) -> Int64 = { instance, which in
        guard let instance = unsafe instance else { return 0 }
        let bound = unsafe Unmanaged<Instance>.fromOpaque(instance).takeUnretainedValue()
        guard let limits = bound.protocolLimits else { return 0 }
        return switch Int(which) {
        case SWIFT_HTTPD_SETTING_HANDSHAKE: limits.handshake?.clampedNanoseconds ?? 0
        case SWIFT_HTTPD_SETTING_CONNECTIONS: Int64(limits.mostConnections ?? 0)
        case SWIFT_HTTPD_SETTING_ADDRESS: Int64(limits.mostPerAddress ?? 0)
        case SWIFT_HTTPD_SETTING_PROXY: limits.expectsProxyHeader ? 1 : 0
        default: 0
        }
    }
}

/// Where sessions begin.
@safe
package enum ProtocolEntry {
    /// Makes the session of a connection; one that the protocol does not want, or that fails, is closed.
    @unsafe
    package static func makeSession(
        _ instance: AnyObject, _ c: UnsafeMutablePointer<conn_rec>, _ link: any SessionLink
    ) -> ProtocolSession? {
        guard let bound = instance as? Instance else { return nil }
        // SAFETY: httpd keeps the connection alive for the call.
        let lent = unsafe Connection(unsafeBorrowing: c)
        do throws(HTTPDError) {
            if let made = try bound.makeSession(for: lent, link) { return made }
        } catch {
            lent.log.error("\(bound.label): \(error.description)")
        }
        unsafe chttpd_close(c)
        return nil
    }
}

/// What httpd gets when a handler throws.
@safe
enum HandlerFailure {
    /// Whether there is nobody left to tell: the client has gone, or a filter failed first and httpd has answered with
    /// an error.
    ///
    /// A body that breaks off ends the response too, but one that began well is no answer.
    static func wasAnswered(_ request: borrowing Request) -> Bool {
        // SAFETY: httpd keeps the request alive for the call.
        unsafe request.isAborted || (chttpd_eos_sent(request.raw) != 0 && request.status.rawValue >= 400)
    }

    /// Whether the client sent something wrong, or went away before its body was complete: nothing for an administrator
    /// to see to.
    static func isClientsDoing(_ error: HTTPDError) -> Bool {
        error.isClientsDoing || (error.httpStatus == 400 && error.status.isBrokenOff)
    }

    /// Whether a good response has begun, so that no error can be told by a status any more.
    static func isCommitted(_ request: borrowing Request) -> Bool {
        // SAFETY: httpd keeps the request alive for the call.
        unsafe chttpd_has_begun(request.raw) != 0 && request.status.rawValue < 400
    }

    /// The return code of the phase: an error response while nothing of this one has left; after that an aborted
    /// connection, so that the client cannot take what it got for the whole.
    @unsafe
    static func returnCode(for error: HTTPDError, _ r: UnsafeMutablePointer<request_rec>) -> CInt {
        // SAFETY: httpd keeps the request and its connection alive for the call.
        if wasAnswered(unsafe Request(unsafeBorrowing: r)) { return Decision.done.returnCode }
        guard unsafe chttpd_has_begun(r) != 0 else {
            let status = CInt(exactly: error.httpStatus) ?? 500
            return (300...599).contains(status) ? status : 500
        }
        unsafe chttpd_break_off(r)
        return Decision.done.returnCode
    }
}

extension ProtocolSession.Service {
    /// As the host has it.
    fileprivate var code: UInt32 {
        switch self {
        case .wait(.read): UInt32(SWIFT_HTTPD_SERVED + SWIFT_HTTPD_WAIT_READ)
        case .wait(.write): UInt32(SWIFT_HTTPD_SERVED + SWIFT_HTTPD_WAIT_WRITE)
        case .wait(.neither): UInt32(SWIFT_HTTPD_SERVED + SWIFT_HTTPD_WAIT_NEITHER)
        case .again: UInt32(SWIFT_HTTPD_SERVED + SWIFT_HTTPD_WAIT_EITHER)
        case .run: UInt32(SWIFT_HTTPD_RUN)
        }
    }
}
