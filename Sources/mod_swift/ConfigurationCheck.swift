// SPDX-License-Identifier: Apache-2.0
internal import CModSwift
internal import HTTPD

/// Finds what is wrong with directives that are right each for itself.
///
/// httpd asks when it has read everything, at `configtest` too.
@safe
enum ConfigurationCheck {
    // SAFETY (for all): httpd keeps its tree of directives, its servers and their addresses alive while it reads and
    // checks the configuration; all of this happens on one thread.

    @unsafe
    static func check(_ main: UnsafeMutablePointer<server_rec>) throws(DirectiveError) {
        var lines: [Line] = []
        unsafe collect(modswift_configuration_tree(), into: &lines)
        try checkHandlers(lines)
        try checkFilterNames(lines)
        try checkBoundNames()
        try unsafe checkProtocolHosts(main)
    }

    /// A directive of interest.
    private struct Line {
        let name: String
        let words: [String]
        let place: ConfigurationPlace

        /// What it means to whoever reads the error.
        func error(_ text: String) -> DirectiveError { DirectiveError(place.blame("\(name): \(text)")) }
    }

    private static let names: Set<String> = [
        "sethandler", "addhandler", "swifthandler", "allowoverride", "allowoverridelist", "filterdeclare",
        "filterprovider",
    ]

    /// Walks the tree: directives of sections are children of the section's.
    @unsafe
    private static func collect(_ first: UnsafePointer<ap_directive_t>?, into lines: inout [Line]) {
        var next = unsafe first
        while let directive = unsafe next {
            let name = unsafe directive.pointee.directive.map { unsafe String(cString: $0) } ?? ""
            if names.contains(name.lowercased()) {
                let text = unsafe directive.pointee.args.map { unsafe String(cString: $0) } ?? ""
                // What has wrong quotes was refused, or is another module's own way to quote.
                let words = (try? ArgumentList(parsing: text).words) ?? []
                unsafe lines.append(Line(name: name, words: words, place: ConfigurationPlace(of: directive)))
            }
            unsafe collect(directive.pointee.first_child.map { unsafe UnsafePointer($0) }, into: &lines)
            unsafe next = unsafe directive.pointee.next.map { unsafe UnsafePointer($0) }
        }
    }

    /// `SetHandler swift` needs a SwiftHandler. In which section it may stand depends on how a request's sections
    /// merge; that there is none at all can be told now, unless an .htaccess file may bring one.
    private static func checkHandlers(_ lines: [Line]) throws(DirectiveError) {
        var asking: Line?
        for line in lines {
            let words = line.words.map { $0.lowercased() }
            switch line.name.lowercased() {
            case "swifthandler": return
            case "allowoverride" where words.contains { $0 == "all" || $0 == "fileinfo" }: return
            case "allowoverridelist" where words.contains("swifthandler"): return
            case "sethandler", "addhandler": if line.words.first == "swift", asking == nil { asking = line }
            default: break
            }
        }
        if let asking {
            throw asking.error(
                "the handler swift needs a SwiftHandler, and there is none: add the line 'SwiftHandler Plugin.name' to "
                    + "the section")
        }
    }

    /// mod_filter has names of its own beside httpd's: under one name, some directives would lead to a plugin's filter
    /// and some to mod_filter's. That is well only where mod_filter's has no other provider than the plugin's.
    private static func checkFilterNames(_ lines: [Line]) throws(DirectiveError) {
        guard let state = HostState.current else { return }
        let lines = lines.filter { $0.name.lowercased().hasPrefix("filter") }
        var provided: Set<String> = []
        for line in lines {
            let names = line.words.prefix(2).map { $0.lowercased() }
            if line.name.lowercased() == "filterprovider", names.first == names.last { provided.formUnion(names) }
        }
        for line in lines {
            guard let name = line.words.first, let bound = state.boundNames["output \(name.lowercased())"] else {
                continue
            }
            let isOwnProvider = line.words.dropFirst().first?.lowercased() == name.lowercased()
            let isDeclaration = line.name.lowercased() == "filterdeclare"
            if isDeclaration ? provided.contains(name.lowercased()) : isOwnProvider { continue }
            throw line.error(
                "the NAME \(name) is already bound to \(bound.reference) by SwiftOutputFilter: choose another name here, and "
                    + "name \(name) as its provider in FilterProvider")
        }
    }

    /// httpd knows one filter by a name, the last that was registered: a module that registers a NAME after it was bound
    /// takes it over without a word.
    private static func checkBoundNames() throws(DirectiveError) {
        let bound = (HostState.current?.boundNames ?? [:]).values.sorted { $0.slot < $1.slot }
        for one in bound where unsafe modswift_has_name(one.slot, one.name, one.isOutput ? 1 : 0) == 0 {
            let directive = one.isOutput ? "SwiftOutputFilter" : "SwiftInputFilter"
            let text =
                "\(directive): the NAME \(one.name), bound to \(one.reference) here, is taken over by another module's "
                + "filter further on, which would run instead: choose another NAME for one of them"
            throw DirectiveError(one.place?.blame(text) ?? text)
        }
    }

    /// A connection belongs to the first host of its address, before anything on it could name another. Where HTTP is
    /// spoken too, a client names a host before it chooses a protocol: by SNI and ALPN, or in the request that it upgrades.
    @unsafe
    private static func checkProtocolHosts(_ main: UnsafeMutablePointer<server_rec>) throws(DirectiveError) {
        for host in HostState.current?.protocolHosts ?? [] {
            if unsafe speaksHTTP(host.server) { try unsafe refuseProxy(host) }
            if unsafe host.server == main { continue }
            let isNamed = unsafe ProtocolBinder.isNamed(in: host.server)
            var next = unsafe host.server.pointee.addrs
            while let address = unsafe next {
                unsafe next = unsafe address.pointee.next
                guard let first = unsafe modswift_host_of(address, main), unsafe first != UnsafePointer(host.server)
                else { continue }
                if isNamed, unsafe speaksHTTP(UnsafeMutablePointer(mutating: first)) {
                    try unsafe refuseProxy(host)
                    continue
                }
                let name = unsafe address.pointee.virthost.map { unsafe String(cString: $0) } ?? "*"
                let port = unsafe address.pointee.host_port
                let other = unsafe first.pointee.defn_name.map { unsafe String(cString: $0) } ?? "the configuration"
                let line = unsafe first.pointee.defn_line_number
                throw DirectiveError(
                    host.place.blame(
                        "SwiftProtocol: \(name):\(port) speaks what its first virtual host says, and that is the one on "
                            + "line \(line) of \(other): move SwiftProtocol there, or give this host a port of its own"
                    ))
            }
        }
    }

    /// A PROXY header comes before the client could choose, so it would have to come before HTTP too.
    @unsafe
    private static func refuseProxy(_ host: HostState.ProtocolHost) throws(DirectiveError) {
        guard
            let record = unsafe chttpd_server_config(host.server, modswift_module())?
                .assumingMemoryBound(to: modswift_protocol.self),
            unsafe ProtocolBinder.setting(SWIFT_HTTPD_SETTING_PROXY, of: record) != 0
        else { return }
        throw DirectiveError(
            host.place.blame(
                "SwiftProtocol: proxy=on is for hosts that speak the protocol alone, and clients of this one choose "
                    + "between it and HTTP: leave proxy=on out, or give the protocol a port of its own"))
    }

    /// Whether a host speaks HTTP, and a protocol at most with clients that ask for it.
    @unsafe
    private static func speaksHTTP(_ server: UnsafeMutablePointer<server_rec>) -> Bool {
        guard
            let record = unsafe chttpd_server_config(server, modswift_module())?
                .assumingMemoryBound(to: modswift_protocol.self),
            unsafe record.pointee.table != nil
        else { return true }
        return unsafe ProtocolBinder.isChosenByClient(server, record)
    }
}
