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
        try unsafe ProtocolBinder.resolveTokens(pool)
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

/// Runs a connection that speaks a plugin's protocol, at first and whenever the MPM brings it back.
@c(modswift_process_connection)
func processConnection(_ c: UnsafeMutablePointer<conn_rec>?) -> CInt {
    guard let c = unsafe c, let state = HostState.current, state.hasProtocols else { return DECLINED }
    let known = unsafe chttpd_conn_config(c, modswift_module())?.assumingMemoryBound(to: modswift_connection.self)
    if let known = unsafe known {
        return unsafe drive(c, known)
    }
    guard unsafe c.pointee.master == nil, unsafe c.pointee.outgoing == 0,
        let found = unsafe ProtocolBinder.find(c, state),
        let memory = unsafe apr_palloc(c.pointee.pool, apr_size_t(MemoryLayout<modswift_connection>.size))
    else { return DECLINED }
    let connection = unsafe memory.bindMemory(to: modswift_connection.self, capacity: 1)
    unsafe connection.initialize(to: modswift_connection(protocol: found, session: nil, is_switched: 0))
    unsafe chttpd_set_conn_config(c, modswift_module(), connection)
    // Tells the MPM whose timeouts hold: those of the virtual host, not of the main server.
    if let token = unsafe found.pointee.token { _ = unsafe ap_switch_protocol(c, nil, c.pointee.base_server, token) }
    unsafe connection.pointee.is_switched = 1
    // mod_reqtimeout measures requests, and its filter would end a connection that has none.
    unsafe ap_remove_input_filter_byhandle(c.pointee.input_filters, "reqtimeout")
    return unsafe drive(c, connection)
}

@unsafe
private func drive(_ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>) -> CInt
{
    guard let table = unsafe connection.pointee.protocol.pointee.table, let run = unsafe table.pointee.connection else {
        return DECLINED
    }
    return unsafe run(connection.pointee.protocol.pointee.instance, c, &connection.pointee.session)
}

/// Accepts the switch that `processConnection` asks for, and no other.
@c(modswift_switch_protocol)
func switchProtocol(
    _ c: UnsafeMutablePointer<conn_rec>?, _ r: UnsafeMutablePointer<request_rec>?,
    _ s: UnsafeMutablePointer<server_rec>?,
    _ name: UnsafePointer<CChar>?
) -> CInt {
    guard let c = unsafe c, unsafe r == nil, unsafe chttpd_conn_config(c, modswift_module()) != nil else {
        return DECLINED
    }
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
