// SPDX-License-Identifier: Apache-2.0
internal import CModSwift

/// Gives each protocol a row of the `swift-status` page for each place where it is bound.
@safe
enum StatusRows {
    // SAFETY (for all): httpd keeps its servers alive while it checks the configuration, on one thread; the records live
    // in the configuration's pool.

    /// Finds the rows of what the present configuration binds. A row outlives a restart, so it is found by what it says.
    @unsafe
    static func assign(_ state: HostState, _ main: UnsafeMutablePointer<server_rec>) {
        var next: UnsafeMutablePointer<server_rec>? = unsafe main
        while let server = unsafe next {
            unsafe next = unsafe server.pointee.next
            guard
                let record = unsafe chttpd_server_config(server, modswift_module())?
                    .assumingMemoryBound(to: modswift_protocol.self),
                let name = unsafe record.pointee.name
            else { continue }
            unsafe record.pointee.row = unsafe modswift_tally_row(name, place(of: server))
        }
        for token in unsafe state.protocolsByToken.keys.sorted() {
            guard let known = unsafe state.protocolsByToken[token], let name = unsafe known.pointee.name else {
                continue
            }
            let record = unsafe UnsafeMutablePointer(mutating: known)
            unsafe record.pointee.row = unsafe modswift_tally_row(name, "Listen \(token)")
        }
    }

    /// A virtual host by its addresses and its `ServerName`.
    @unsafe
    private static func place(of server: UnsafeMutablePointer<server_rec>) -> String {
        guard unsafe server.pointee.is_virtual != 0 else { return "the main server" }
        var words: [String] = []
        var next = unsafe server.pointee.addrs
        while let address = unsafe next {
            unsafe next = unsafe address.pointee.next
            let host = unsafe address.pointee.virthost.map { unsafe String(cString: $0) } ?? "*"
            words.append("\(host):\(unsafe address.pointee.host_port)")
        }
        if let name = unsafe server.pointee.server_hostname { words.append(unsafe String(cString: name)) }
        return words.joined(separator: " ")
    }
}
