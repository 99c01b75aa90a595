// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift
internal import HTTPD

// SAFETY (for the file): httpd keeps the command, its pools and server alive for the call, and passes the record that
// createDirectory made as `directory`. Error texts go into the command's pool.

/// Splits a directive's line and runs it; what it throws becomes httpd's error, behind file and line.
@unsafe
private func run(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ line: UnsafePointer<CChar>?,
    _ body: (UnsafeMutablePointer<cmd_parms>, [String]) throws(DirectiveError) -> Void
) -> UnsafePointer<CChar>? {
    guard let command = unsafe command, let line = unsafe line, let pool = unsafe command.pointee.pool else {
        return nil
    }
    do throws(DirectiveError) {
        try unsafe body(command, ArgumentList(parsing: line).words)
        return nil
    } catch {
        let name = unsafe command.pointee.cmd.map { unsafe String(cString: $0.pointee.name) } ?? "Swift"
        return unsafe Pool.duplicate("\(name): \(error.message)", in: pool)
    }
}

/// Refuses a directive inside a virtual host or section: what it sets holds for the whole server.
@unsafe
private func requireGlobal(_ command: UnsafeMutablePointer<cmd_parms>) throws(DirectiveError) {
    guard unsafe modswift_is_global(command) != 0 else {
        throw DirectiveError("stands for the whole server: move it out of the section or virtual host")
    }
}

// SwiftPluginPath and SwiftPlugin run while httpd reads them, before it knows in which section they stand: like
// LoadModule, they hold for the whole server wherever that is.

@c(modswift_plugin_path)
func pluginPathDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        guard !words.isEmpty, let pool = unsafe command.pointee.pool else {
            throw DirectiveError("takes at least one folder")
        }
        let state = unsafe HostState.inConfiguration(pool)
        for word in words {
            // To httpd an empty path is the ServerRoot.
            guard !word.isEmpty else {
                throw DirectiveError("a folder's name is empty: leave it out, or name a folder")
            }
            guard let full = unsafe ap_server_root_relative(pool, word) else {
                throw DirectiveError("'\(word)' is not a path")
            }
            let path = unsafe String(cString: full)
            if let wrong = unsafe modswift_check_folder(path) {
                throw DirectiveError("\(path) \(unsafe String(cString: wrong))")
            }
            state.pluginPath.append(path)
        }
    }
}

@c(modswift_plugin)
func pluginDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        guard let word = words.first, words.count == 1, !word.isEmpty else {
            throw DirectiveError("takes the name or the path of one plugin")
        }
        try unsafe PluginLoader.load(word, command)
    }
}

@c(modswift_output_filter)
func outputFilterDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        try unsafe requireGlobal(command)
        try unsafe FilterBinder.bind(.output, words, command)
    }
}

@c(modswift_input_filter)
func inputFilterDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        try unsafe requireGlobal(command)
        try unsafe FilterBinder.bind(.input, words, command)
    }
}

@c(modswift_protocol_directive)
func protocolDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        try unsafe ProtocolBinder.bind(words, command)
        guard let pool = unsafe command.pointee.pool, let server = unsafe command.pointee.server,
            let directive = unsafe command.pointee.directive
        else { return }
        unsafe HostState.inConfiguration(pool).protocolHosts.append(
            HostState.ProtocolHost(server: server, place: ConfigurationPlace(of: directive)))
    }
}

@c(modswift_protocol_drain)
func protocolDrainDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        try unsafe requireGlobal(command)
        guard let word = words.first, words.count == 1, let pool = unsafe command.pointee.pool else {
            throw DirectiveError("takes one time: seconds, or such as 500ms")
        }
        guard let time = try TimeLimit(directiveArgument: word).duration else {
            throw DirectiveError("must be a time: a child that ends cannot wait for ever")
        }
        unsafe HostState.inConfiguration(pool).drainTime = time
    }
}

@c(modswift_handler)
func handlerDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        guard !words.isEmpty, let pool = unsafe command.pointee.pool,
            let directory = unsafe directory?.assumingMemoryBound(to: modswift_directory.self)
        else { throw DirectiveError("takes at least one handler, as Plugin.name") }
        let phase = UInt32(UInt(bitPattern: unsafe command.pointee.cmd.pointee.cmd_data) & 0xff)
        let handlers = unsafe modswift_phase(directory, phase)
        let before = Int(unsafe handlers.pointee.count)
        let size = unsafe MemoryLayout<modswift_binding>.stride * (before + words.count)
        guard let memory = unsafe apr_palloc(pool, apr_size_t(size)) else { return }
        let list = unsafe memory.bindMemory(to: modswift_binding.self, capacity: before + words.count)
        if let old = unsafe handlers.pointee.list { unsafe list.update(from: old, count: before) }
        for (index, word) in words.enumerated() {
            unsafe list[before + index] = try Reference(word, to: UInt32(SWIFT_HTTPD_PHASE), phase).find()
        }
        unsafe handlers.pointee = unsafe modswift_handlers(count: CInt(clamping: before + words.count), list: list)
    }
}

@c(modswift_option)
func optionDirective(
    _ command: UnsafeMutablePointer<cmd_parms>?, _ directory: UnsafeMutableRawPointer?, _ line: UnsafePointer<CChar>?
) -> UnsafePointer<CChar>? {
    unsafe run(command, line) { (command, words) throws(DirectiveError) in
        guard let key = words.first, !key.isEmpty, words.count <= 2, let pool = unsafe command.pointee.pool,
            let directory = unsafe directory?.assumingMemoryBound(to: modswift_directory.self)
        else { throw DirectiveError("takes a key and a value, or a key alone to remove it: quote values with spaces") }
        if unsafe directory.pointee.options == nil { unsafe directory.pointee.options = apr_table_make(pool, 4) }
        guard let options = unsafe directory.pointee.options else { return }
        let value = words.count == 2 && !words[1].isEmpty ? "+" + words[1] : "-"
        unsafe apr_table_set(options, key, value)
    }
}
