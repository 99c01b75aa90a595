// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift
internal import HTTPD

/// Binds plugins' protocols to virtual hosts and listeners.
@safe
enum ProtocolBinder {
    // SAFETY (for all): httpd keeps pools, servers and connections alive for the call; tables are immortal, and records
    // that are made here live in the configuration's pool.

    /// Runs `SwiftProtocol`.
    @unsafe
    static func bind(_ words: [String], _ command: UnsafeMutablePointer<cmd_parms>) throws(DirectiveError) {
        guard let reference = words.first else {
            throw DirectiveError("takes Plugin.implementation and key=value options")
        }
        guard let pool = unsafe command.pointee.pool, let server = unsafe command.pointee.server else { return }
        let binding = try unsafe Reference(reference, to: UInt32(SWIFT_HTTPD_PROTOCOL)).find()
        guard
            let record = unsafe chttpd_server_config(server, modswift_module())?
                .assumingMemoryBound(to: modswift_protocol.self)
        else { return }
        if unsafe record.pointee.table != nil {
            throw DirectiveError("this host already has a protocol: keep one SwiftProtocol line")
        }
        unsafe record.pointee = try unsafe make(binding, words.dropFirst(), reference, pool)
        unsafe HostState.inConfiguration(pool).hasProtocols = true
    }

    @unsafe
    private static func make(
        _ binding: modswift_binding, _ words: ArraySlice<String>, _ label: String, _ pool: OpaquePointer
    ) throws(DirectiveError) -> modswift_protocol {
        let instance: UnsafeMutableRawPointer?
        do throws(DirectiveError) {
            unsafe instance = try unsafe OptionWords(words).configure(binding, label, pool)
        } catch {
            throw DirectiveError("\(label): \(error.message)")
        }
        let entry = unsafe binding.registration
        let token = unsafe entry.pointee.token ?? entry.pointee.name
        let plugin = unsafe binding.table.pointee.name.map { unsafe String(cString: $0) } ?? ""
        let name = unsafe entry.pointee.name.map { unsafe String(cString: $0) } ?? ""
        let state = unsafe HostState.inConfiguration(pool)
        state.protocolCount += 1
        return unsafe modswift_protocol(
            table: binding.table, instance: instance, token: token, number: state.protocolCount, row: 0,
            name: Pool.duplicate("\(plugin).\(name)", in: pool))
    }

    /// Makes the protocols of all loaded plugins known by the tokens of `Listen` lines.
    @unsafe
    static func resolveTokens(_ pool: OpaquePointer) throws(DirectiveError) {
        guard let state = HostState.current else { return }
        for name in state.plugins.keys.sorted() {
            guard let table = unsafe state.plugins[name]?.table else { continue }
            for index in 0..<Int(clamping: unsafe table.pointee.count) {
                guard let list = unsafe table.pointee.registrations else { break }
                let entry = unsafe list + index
                guard Int(unsafe entry.pointee.kind) == SWIFT_HTTPD_PROTOCOL, let raw = unsafe entry.pointee.token,
                    let memory = unsafe apr_palloc(pool, apr_size_t(MemoryLayout<modswift_protocol>.size))
                else { continue }
                let token = unsafe String(cString: raw)
                guard unsafe state.protocolsByToken[token] == nil else {
                    throw DirectiveError(
                        "two plugins answer to 'Listen port \(token)': load one of them, or use SwiftProtocol")
                }
                let record = unsafe memory.bindMemory(to: modswift_protocol.self, capacity: 1)
                unsafe record.initialize(
                    to: try make(modswift_binding(table: table, registration: entry), [], "\(name).\(token)", pool))
                unsafe state.protocolsByToken[token] = unsafe UnsafePointer(record)
                state.hasProtocols = true
            }
        }
    }

    /// Makes the record of a connection that speaks a protocol, and enters it into the table of live ones.
    @unsafe
    static func makeConnection(
        _ c: UnsafeMutablePointer<conn_rec>, _ found: UnsafePointer<modswift_protocol>
    ) -> UnsafeMutablePointer<modswift_connection>? {
        guard let memory = unsafe apr_palloc(c.pointee.pool, apr_size_t(MemoryLayout<modswift_connection>.size)) else {
            return nil
        }
        unsafe memset(memory, 0, MemoryLayout<modswift_connection>.size)
        let connection = unsafe memory.bindMemory(to: modswift_connection.self, capacity: 1)
        unsafe connection.pointee.protocol = unsafe found
        unsafe connection.pointee.is_secure = unsafe ap_ssl_conn_is_ssl(c)
        unsafe chttpd_set_conn_config(c, modswift_module(), connection)
        return unsafe connection
    }

    /// Lets a connection in, unless it is one too many: it is closed then.
    @unsafe
    static func admit(_ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>) {
        let found = unsafe connection.pointee.protocol
        let isLetIn = unsafe modswift_census_enter(
            c, found.pointee.number, setting(SWIFT_HTTPD_SETTING_CONNECTIONS, of: found),
            setting(SWIFT_HTTPD_SETTING_ADDRESS, of: found))
        guard isLetIn == 0 else { return }
        unsafe connection.pointee.is_refused = 1
        unsafe modswift_tally_settle(connection, CInt(TALLY_REFUSED))
        unsafe chttpd_log_connection(
            c, modswift_module().pointee.module_index, CInt(APLOG_INFO), 0, "refused: too many connections are open")
    }

    /// Enters a connection into the table of live ones, with the time that it has for what comes before its protocol.
    @unsafe
    static func enter(_ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>) {
        let isPrepared = unsafe connection.pointee.is_secure != 0 || connection.pointee.awaits_proxy != 0
        unsafe modswift_live_enter(c, connection, isPrepared ? timeToPrepare(c, connection) : 0)
        unsafe modswift_tally_enter(c, connection)
    }

    /// The nanoseconds in which TLS and a PROXY header have to come: never more than the host's `Timeout`, which the
    /// event MPM does not know of before the protocol begins.
    @unsafe
    static func timeToPrepare(
        _ c: UnsafeMutablePointer<conn_rec>, _ connection: UnsafeMutablePointer<modswift_connection>
    ) -> Int64 {
        let limit = unsafe setting(SWIFT_HTTPD_SETTING_HANDSHAKE, of: connection.pointee.protocol)
        guard let host = unsafe connection.pointee.host ?? c.pointee.base_server else { return limit }
        let (timeout, isOver) = unsafe Int64(host.pointee.timeout).multipliedReportingOverflow(by: 1_000)
        guard !isOver, timeout > 0 else { return limit }
        return limit > 0 ? min(limit, timeout) : timeout
    }

    /// A setting of a protocol that is the host's business.
    @unsafe
    static func setting(_ which: Int, of found: UnsafePointer<modswift_protocol>) -> Int64 {
        guard let table = unsafe found.pointee.table, unsafe swift_httpd_can_attend(table) != 0 else { return 0 }
        return unsafe table.pointee.setting(found.pointee.instance, UInt32(truncatingIfNeeded: which))
    }

    /// The protocol that a new connection speaks, or NULL for HTTP and what other modules speak.
    @unsafe
    static func find(_ c: UnsafeMutablePointer<conn_rec>, _ state: HostState) -> UnsafePointer<modswift_protocol>? {
        if let server = unsafe c.pointee.base_server,
            let record = unsafe chttpd_server_config(server, modswift_module())?
                .assumingMemoryBound(to: modswift_protocol.self),
            unsafe record.pointee.table != nil
        {
            return unsafe isChosenByClient(server, record) ? nil : UnsafePointer(record)
        }
        if unsafe state.protocolsByToken.isEmpty { return nil }
        guard let token = unsafe modswift_listen_token(c) else { return nil }
        return unsafe state.protocolsByToken[String(cString: token)]
    }

    /// Whether a host has a protocol, and its `Protocols` name it.
    @unsafe
    static func isNamed(in server: UnsafeMutablePointer<server_rec>) -> Bool {
        guard
            let record = unsafe chttpd_server_config(server, modswift_module())?
                .assumingMemoryBound(to: modswift_protocol.self),
            let token = unsafe record.pointee.token
        else { return false }
        return unsafe ap_is_allowed_protocol(nil, nil, server, token) != 0
    }

    /// Whether a host speaks its protocol only with clients that ask for it, by ALPN or as an upgrade: its `Protocols`
    /// have it, and HTTP.
    @unsafe
    static func isChosenByClient(
        _ server: UnsafeMutablePointer<server_rec>,
        _ record: UnsafeMutablePointer<modswift_protocol>
    ) -> Bool {
        guard let token = unsafe record.pointee.token, unsafe ap_is_allowed_protocol(nil, nil, server, token) != 0
        else {
            return false
        }
        let http: [String] = ["http/1.1", "h2", "h2c"]
        return http.contains { unsafe ap_is_allowed_protocol(nil, nil, server, $0) != 0 }
    }

    /// The protocol that a client asks for by its token: that of the host, with its options, or any.
    @unsafe
    static func find(
        token: UnsafePointer<CChar>, _ server: UnsafeMutablePointer<server_rec>, _ state: HostState
    ) -> UnsafePointer<modswift_protocol>? {
        if let record = unsafe chttpd_server_config(server, modswift_module())?
            .assumingMemoryBound(to: modswift_protocol.self),
            let own = unsafe record.pointee.token, unsafe strcmp(own, token) == 0
        {
            return unsafe UnsafePointer(record)
        }
        if unsafe state.protocolsByToken.isEmpty { return nil }
        return unsafe state.protocolsByToken[String(cString: token)]
    }
}
