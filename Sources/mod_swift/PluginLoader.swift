// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift
internal import HTTPD

/// Finds, checks and opens plugins.
@safe
enum PluginLoader {
    /// Loads a plugin and registers it with httpd as a module of its own.
    @unsafe
    static func load(_ nameOrPath: String, _ command: UnsafeMutablePointer<cmd_parms>) throws(DirectiveError) {
        // SAFETY: httpd keeps the command's pool and server alive while it reads the configuration.
        guard let pool = unsafe command.pointee.pool else { return }
        let state = unsafe HostState.inConfiguration(pool)
        let path = try unsafe find(nameOrPath, state, pool)
        let name = pluginName(ofFile: path)
        if let loaded = state.plugins[name] {
            guard loaded.path != path else { return }
            throw DirectiveError(
                "plugin \(name) was loaded from \(loaded.path) and cannot be loaded from \(path) too: keep one of them")
        }
        let table = try unsafe open(path, name)
        try unsafe addModule(table, name, command)
        try unsafe registerHooks(for: table, state, path, pool)
        state.plugins[name] = unsafe HostState.Loaded(path: path, table: table)
    }

    /// `libNAME.so`, or `libNAME.anything.so`, is the plugin NAME.
    static func pluginName(ofFile path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasPrefix("lib") { name.removeFirst(3) }
        return name.firstIndex(of: ".").map { String(name[..<$0]) } ?? name
    }

    @unsafe
    private static func find(
        _ nameOrPath: String, _ state: HostState, _ pool: OpaquePointer
    ) throws(DirectiveError) -> String {
        if nameOrPath.contains("/") {
            // SAFETY: ap_server_root_relative returns a string in the pool, or NULL for a path that it cannot merge.
            guard let full = unsafe ap_server_root_relative(pool, nameOrPath) else {
                throw DirectiveError("'\(nameOrPath)' is not a path")
            }
            let path = unsafe String(cString: full)
            if let wrong = unsafe modswift_check_dso(path) {
                throw DirectiveError("\(path) \(unsafe String(cString: wrong))")
            }
            return path
        }
        let folders = state.pluginPath + [defaultFolder()]
        for folder in folders {
            let path = "\(folder)/lib\(nameOrPath).so"
            // SAFETY: the strings are only read; the reason is a literal.
            guard Identity(ofFileAt: path) != nil else { continue }
            if let wrong = unsafe modswift_check_dso(path) {
                throw DirectiveError("\(path) \(unsafe String(cString: wrong))")
            }
            return path
        }
        throw DirectiveError(
            "there is no lib\(nameOrPath).so in \(folders.joined(separator: ", ")): "
                + "check the name, or add the plugin's folder with SwiftPluginPath")
    }

    /// The folder that mod_swift.so is in.
    private static func defaultFolder() -> String {
        // SAFETY: the loader's name of our DSO is alive as long as the DSO.
        guard let own = unsafe modswift_own_path() else { return "." }
        let path = unsafe String(cString: own)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    @unsafe
    private static func open(
        _ path: String, _ name: String
    ) throws(DirectiveError) -> UnsafePointer<swift_httpd_plugin_table> {
        var reason: UnsafePointer<CChar>?
        // SAFETY: strings are only read; the loader's text is copied at once. The entry function has the type that the
        // plugin ABI gives it, and its table is immortal.
        guard let dso = unsafe modswift_open_dso(PluginGenerations.spelling(of: path), &reason) else {
            let text = unsafe reason.map { unsafe String(cString: $0) } ?? "unknown reason"
            throw DirectiveError(
                "\(path) cannot be loaded: \(text); build it on this machine, or install what it needs "
                    + "(ldd names that)")
        }
        let symbol = "swift_httpd_plugin_\(name)"
        var result = swift_httpd_table_reference()
        let host = unsafe swift_httpd_host_reference(token: UInt64(UInt(bitPattern: hostServices)))
        guard unsafe modswift_call_entry(dso, symbol, host, &result) != 0 else {
            throw DirectiveError(
                "\(path) has no function \(symbol): a plugin named \(name) exports it with @c(\(symbol))")
        }
        guard let address = UInt(exactly: result.token),
            let table = unsafe UnsafePointer<swift_httpd_plugin_table>(bitPattern: address)
        else {
            throw DirectiveError(
                "\(path) offers nothing: \(symbol) returned no table; "
                    + "it has to return what the plugin's load(by:) returns")
        }
        let abi = unsafe table.pointee.abi
        guard abi == SWIFT_HTTPD_PLUGIN_ABI else {
            throw DirectiveError(
                "\(path) speaks plugin ABI \(abi) and this mod_swift ABI \(SWIFT_HTTPD_PLUGIN_ABI): "
                    + "build the plugin again with a matching swift-httpd, or install a matching mod_swift")
        }
        let size = unsafe table.pointee.size
        let expected = swift_httpd_table_minimum()
        guard size >= expected else {
            throw DirectiveError(
                "\(path) has a table of \(size) bytes, and this mod_swift expects \(expected): "
                    + "build the plugin again with a matching swift-httpd")
        }
        guard unsafe String(cString: table.pointee.name) == name else {
            throw DirectiveError(
                "\(path) calls itself '\(unsafe String(cString: table.pointee.name))', not '\(name)': "
                    + "rename the file, or the plugin")
        }
        return unsafe table
    }

    /// Registers the hooks that what a plugin offers needs, once each: a server whose plugins offer nothing for a phase
    /// does not even ask in it. An .htaccess file can bind only what is loaded.
    @unsafe
    private static func registerHooks(
        for table: UnsafePointer<swift_httpd_plugin_table>, _ state: HostState, _ path: String, _ pool: OpaquePointer
    ) throws(DirectiveError) {
        // SAFETY: the table is immortal, and the pool is the configuration's.
        for index in 0..<Int(clamping: unsafe table.pointee.count) {
            guard let list = unsafe table.pointee.registrations else { break }
            let hook = unsafe HostState.Hook(kind: list[index].kind, phase: list[index].phase)
            if hook.kind == UInt32(SWIFT_HTTPD_EVERY_REQUEST) {
                let binding = unsafe modswift_binding(table: table, registration: list + index)
                guard unsafe modswift_every_add(pool, binding) != 0 else {
                    throw DirectiveError(
                        "\(path) runs in a phase \(hook.phase), which this mod_swift does not know: install a matching one"
                    )
                }
            }
            if state.hooks.insert(hook).inserted { modswift_hook(hook.kind, hook.phase) }
        }
    }

    /// Makes the plugin one of httpd's modules until the configuration ends.
    @unsafe
    private static func addModule(
        _ table: UnsafePointer<swift_httpd_plugin_table>, _ name: String, _ command: UnsafeMutablePointer<cmd_parms>
    ) throws(DirectiveError) {
        // SAFETY: the plugin's record is a `module` of this server's headers or ap_add_loaded_module says so; it is
        // immortal, and the cleanup takes it out before httpd reads the configuration again.
        guard let record = unsafe table.pointee.module?.assumingMemoryBound(to: module.self) else { return }
        guard unsafe ap_find_linked_module(record.pointee.name) == nil else {
            throw DirectiveError("httpd already has a module called \(name): give the plugin another name")
        }
        if let wrong = unsafe ap_add_loaded_module(record, command.pointee.pool, record.pointee.name) {
            throw DirectiveError(unsafe String(cString: wrong))
        }
        unsafe apr_pool_cleanup_register(
            command.pointee.pool, record,
            { data in
                guard let record = unsafe data?.assumingMemoryBound(to: module.self) else { return 0 }
                unsafe ap_remove_loaded_module(record)
                unsafe record.pointee.module_index = -1
                return 0
            }, apr_pool_cleanup_null)
        unsafe ap_single_module_configure(command.pointee.pool, command.pointee.server, record)
    }
}
