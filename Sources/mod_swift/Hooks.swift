// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift
internal import HTTPD

// SAFETY (for the file): httpd passes live records to its hooks, and calls them one at a time per request or
// connection. Bindings refer to immortal tables of plugins.

/// Looks at the configuration as a whole, when httpd has read all of it: for configtest too.
@c(modswift_check_config)
func checkConfiguration(
    _ pool: OpaquePointer?, _ log: OpaquePointer?, _ temporary: OpaquePointer?,
    _ server: UnsafeMutablePointer<server_rec>?
) -> CInt {
    guard let pool = unsafe pool, let server = unsafe server else { return OK }
    do throws(DirectiveError) {
        try unsafe ConfigurationCheck.check(server)
        if let wrong = unsafe modswift_caches_check() { throw DirectiveError(unsafe String(cString: wrong)) }
        try unsafe ProtocolBinder.resolveTokens(pool)
        let hasProtocols = HostState.current?.hasProtocols ?? false
        modswift_tally_prepare(hasProtocols ? 1 : 0)
        if let state = HostState.current, hasProtocols {
            unsafe modswift_census_make(pool)
            unsafe StatusRows.assign(state, server)
        }
        return OK
    } catch {
        unsafe modswift_refuse(server, "mod_swift: \(error.message)")
        return CInt(HTTP_INTERNAL_SERVER_ERROR)
    }
}

/// Runs the handlers of a phase in order, until one neither agrees nor declines.
@c(modswift_run_phase)
func runPhase(_ r: UnsafeMutablePointer<request_rec>?, _ phase: UInt32) -> CInt {
    guard let r = unsafe r, let directory = unsafe DirectoryConfiguration.of(r) else { return DECLINED }
    let handlers = unsafe modswift_phase(directory, phase).pointee
    guard let list = unsafe handlers.list else { return DECLINED }
    var result = DECLINED
    for index in 0..<Int(unsafe handlers.count) {
        let code = unsafe list[index].table.pointee.request?(list[index].registration.pointee.context, r) ?? DECLINED
        if code == OK { result = OK } else if code != DECLINED { return code }
    }
    return result
}

/// Runs the content handlers of a request whose handler is `swift` in order, until one does not decline.
@c(modswift_run_handler)
func runHandler(_ r: UnsafeMutablePointer<request_rec>?) -> CInt {
    guard let r = unsafe r else { return DECLINED }
    let phase = UInt32(SWIFT_HTTPD_PHASE_HANDLER)
    guard let directory = unsafe DirectoryConfiguration.of(r),
        let list = unsafe modswift_phase(directory, phase).pointee.list
    else {
        // To decline would be to send whatever file there is.
        let uri = unsafe r.pointee.uri.map { unsafe String(cString: $0) } ?? ""
        unsafe chttpd_log_request(
            r, modswift_module().pointee.module_index, CInt(APLOG_ERR), 0,
            "SetHandler (or AddHandler) swift is in force for \(uri), but no SwiftHandler: add 'SwiftHandler "
                + "Plugin.name' to the section, or take the handler out")
        return HTTP_INTERNAL_SERVER_ERROR
    }
    for index in 0..<Int(unsafe modswift_phase(directory, phase).pointee.count) {
        let code = unsafe list[index].table.pointee.request?(list[index].registration.pointee.context, r) ?? DECLINED
        if code != DECLINED { return code }
    }
    return DECLINED
}

/// Takes up a new connection that speaks a plugin's protocol, before anybody reads from it.
///
/// One that waits for the header of a load balancer, or for the TLS handshake to begin, does so without a thread where
/// the MPM can do that.
@c(modswift_accept_connection)
func acceptConnection(_ c: UnsafeMutablePointer<conn_rec>?) -> CInt {
    guard let c = unsafe c, let state = HostState.current, state.hasProtocols else { return DECLINED }
    let connection: UnsafeMutablePointer<modswift_connection>
    if let known = unsafe chttpd_conn_config(c, modswift_module()) {
        unsafe connection = unsafe known.assumingMemoryBound(to: modswift_connection.self)
        guard unsafe connection.pointee.awaits_proxy != 0 else { return DECLINED }
    } else {
        guard unsafe c.pointee.master == nil, unsafe c.pointee.outgoing == 0,
            let found = unsafe ProtocolBinder.find(c, state),
            let made = unsafe ProtocolBinder.makeConnection(c, found)
        else { return DECLINED }
        unsafe connection = unsafe made
        let expectsProxy = unsafe ProtocolBinder.setting(SWIFT_HTTPD_SETTING_PROXY, of: found) != 0
        unsafe connection.pointee.awaits_proxy = expectsProxy ? 1 : 0
        unsafe ProtocolBinder.enter(c, connection)
    }
    if unsafe connection.pointee.awaits_proxy != 0 {
        switch unsafe ProxyPreamble.read(c, connection) {
        case .read: unsafe connection.pointee.awaits_proxy = 0
        case .isAwaited:
            unsafe chttpd_wait(c, 0)
            return OK
        case .failed:
            unsafe modswift_tally_settle(connection, CInt(TALLY_REFUSED))
            unsafe chttpd_abandon(c)
            unsafe chttpd_close(c)
            return OK
        }
    }
    unsafe ProtocolBinder.admit(c, connection)
    if unsafe connection.pointee.is_refused != 0 {
        unsafe chttpd_abandon(c)
        unsafe chttpd_close(c)
        return OK
    }
    if unsafe connection.pointee.is_secure != 0, unsafe chttpd_can_wait(c) != 0, unsafe modswift_is_readable(c) == 0 {
        unsafe chttpd_wait(c, 0)
        return OK
    }
    return DECLINED
}

/// Runs a connection that speaks a plugin's protocol, at first and whenever the MPM brings it back.
@c(modswift_process_connection)
func processConnection(_ c: UnsafeMutablePointer<conn_rec>?) -> CInt {
    guard let c = unsafe c,
        let connection = unsafe chttpd_conn_config(c, modswift_module())?
            .assumingMemoryBound(to: modswift_connection.self)
    else { return DECLINED }
    if unsafe connection.pointee.is_started == 0 {
        unsafe connection.pointee.is_started = 1
        guard unsafe start(c, connection) else {
            unsafe chttpd_close(c)
            return OK
        }
    } else {
        // Another thread may run it than did before, of which mod_status still shows what that had done last.
        unsafe chttpd_show(c, nil)
    }
    return unsafe drive(c, connection)
}

/// Makes a connection the protocol's; false if it must not speak it.
@unsafe
private func start(_ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>) -> Bool
{
    if unsafe connection.pointee.is_refused != 0 {
        unsafe chttpd_abandon(c)
        return false
    }
    if unsafe connection.pointee.is_secure != 0, unsafe modswift_is_set_up(c) == 0 {
        // Whatever we said now would go out in the clear.
        unsafe modswift_tally_settle(connection, CInt(TALLY_REFUSED))
        unsafe chttpd_log_connection(
            c, modswift_module().pointee.module_index, CInt(APLOG_DEBUG), 0,
            "TLS was not set up: the connection is closed")
        unsafe chttpd_abandon(c)
        return false
    }
    unsafe modswift_live_start(connection)
    if let host = unsafe connection.pointee.host { unsafe modswift_adopt_host(c, host) }
    // Tells the MPM whose timeouts hold: those of the virtual host, not of the main server.
    if unsafe connection.pointee.is_switched == 0, let token = unsafe connection.pointee.protocol.pointee.token {
        _ = unsafe ap_switch_protocol(c, nil, c.pointee.base_server, token)
    }
    unsafe connection.pointee.is_switched = 1
    // mod_reqtimeout measures requests, and its filter would end a connection that has none.
    unsafe ap_remove_input_filter_byhandle(c.pointee.input_filters, "reqtimeout")
    return true
}

/// Starts what there is once per child.
@c(modswift_child_init)
func childInit(_ child: OpaquePointer?, _ server: UnsafeMutablePointer<server_rec>?) {
    guard let child = unsafe child, let state = HostState.current, state.hasProtocols else { return }
    modswift_tally_child()
    unsafe modswift_ticker_start(child, state.drainTime.clampedNanoseconds)
}

@unsafe
private func drive(_ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>) -> CInt
{
    guard let table = unsafe connection.pointee.protocol.pointee.table, let run = unsafe table.pointee.connection else {
        return DECLINED
    }
    let instance = unsafe connection.pointee.protocol.pointee.instance
    if unsafe connection.pointee.is_settled == 0 {
        // Made apart from running it, so that it is counted before it is over.
        if unsafe swift_httpd_can_attend(table) != 0,
            unsafe table.pointee.begin(instance, c, &connection.pointee.session) == 0
        {
            unsafe modswift_tally_settle(connection, CInt(TALLY_REFUSED))
            return OK
        }
        unsafe modswift_tally_settle(connection, CInt(TALLY_ACCEPTED))
    }
    return unsafe run(instance, c, &connection.pointee.session)
}

/// Proposes protocols of plugins that a client offers by ALPN, or as an upgrade of HTTP/1.1.
///
/// httpd asks with the host that the client named, and takes a proposal only if the host's `Protocols` allow it.
@c(modswift_propose_protocol)
func proposeProtocol(
    _ c: UnsafeMutablePointer<conn_rec>?, _ r: UnsafeMutablePointer<request_rec>?,
    _ s: UnsafeMutablePointer<server_rec>?, _ offers: UnsafePointer<apr_array_header_t>?,
    _ proposals: UnsafeMutablePointer<apr_array_header_t>?
) -> CInt {
    guard let c = unsafe c, let s = unsafe s, let offers = unsafe offers, let proposals = unsafe proposals,
        let state = HostState.current, state.hasProtocols, unsafe c.pointee.master == nil
    else { return DECLINED }
    for index in 0..<CInt(unsafe offers.pointee.nelts) {
        guard let offer = unsafe modswift_offer(offers, index),
            let found = unsafe ProtocolBinder.find(token: offer, s, state)
        else { continue }
        if let r = unsafe r, unsafe ProtocolUpgrade.isPossible(r, found) == false { continue }
        unsafe modswift_propose(proposals, found.pointee.token)
    }
    return DECLINED
}

/// Makes a connection one of the protocol's: for the switch that `processConnection` asks for itself, for ALPN while
/// TLS is being set up, and for an upgrade of HTTP/1.1.
@c(modswift_switch_protocol)
func switchProtocol(
    _ c: UnsafeMutablePointer<conn_rec>?, _ r: UnsafeMutablePointer<request_rec>?,
    _ s: UnsafeMutablePointer<server_rec>?, _ name: UnsafePointer<CChar>?
) -> CInt {
    guard let c = unsafe c, let name = unsafe name else { return DECLINED }
    if unsafe chttpd_conn_config(c, modswift_module()) != nil { return unsafe r == nil ? OK : DECLINED }
    guard let s = unsafe s, let state = HostState.current, state.hasProtocols,
        let found = unsafe ProtocolBinder.find(token: name, s, state)
    else { return DECLINED }
    if let r = unsafe r { return unsafe ProtocolUpgrade.run(c, r, found) }
    guard let connection = unsafe ProtocolBinder.makeConnection(c, found) else { return DECLINED }
    unsafe connection.pointee.is_switched = 1
    // Not before TLS is set up: mod_ssl is in the middle of that.
    unsafe connection.pointee.host = unsafe s
    unsafe ProtocolBinder.enter(c, connection)
    unsafe ProtocolBinder.admit(c, connection)
    return OK
}

/// The protocol's token, for mod_status and for `%{protocol}`.
@c(modswift_get_protocol)
func getProtocol(_ c: UnsafePointer<conn_rec>?) -> UnsafePointer<CChar>? {
    guard let c = unsafe c,
        let known = unsafe chttpd_conn_config(c, modswift_module())?.assumingMemoryBound(to: modswift_connection.self),
        unsafe known.pointee.is_switched != 0
    else { return nil }
    return unsafe known.pointee.protocol.pointee.token
}
