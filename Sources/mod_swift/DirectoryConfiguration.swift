// SPDX-License-Identifier: Apache-2.0
internal import APR
internal import CModSwift

/// What the Swift* directives of one section set: handlers by phase, and options.
///
/// A C record in the pool that httpd passes: sections are merged for every request, so it must cost little.
@safe
enum DirectoryConfiguration {
    // SAFETY (for all): the records are made here, in pools that httpd keeps alive as long as it uses them.

    /// The value of `SwiftOption key` in force, or NULL. Lives as long as the request.
    @unsafe
    static func option(
        _ key: UnsafePointer<CChar>, of r: UnsafeMutablePointer<request_rec>
    ) -> UnsafePointer<CChar>? {
        guard let directory = unsafe of(r), let options = unsafe directory.pointee.options,
            let value = unsafe apr_table_get(options, key), unsafe value.pointee == CChar(UInt8(ascii: "+"))
        else { return nil }
        return unsafe value + 1
    }

    /// The record in force for a request.
    @unsafe
    static func of(_ r: UnsafeMutablePointer<request_rec>) -> UnsafeMutablePointer<modswift_directory>? {
        unsafe chttpd_dir_config(r, modswift_module())?.assumingMemoryBound(to: modswift_directory.self)
    }

    @unsafe
    static func make(_ pool: OpaquePointer) -> UnsafeMutableRawPointer? {
        // apr_pcalloc is a macro.
        let memory = unsafe apr_palloc(pool, apr_size_t(MemoryLayout<modswift_directory>.size))
        if let memory = unsafe memory { unsafe memset(memory, 0, MemoryLayout<modswift_directory>.size) }
        return unsafe memory
    }

    @unsafe
    static func isEmpty(_ directory: UnsafeMutablePointer<modswift_directory>) -> Bool {
        for phase in 0..<UInt32(MODSWIFT_PHASES) where unsafe modswift_phase(directory, phase).pointee.count > 0 {
            return false
        }
        return unsafe directory.pointee.options == nil
    }

    /// Lays an inner section over an outer one: handlers of a phase replace, options add and remove.
    @unsafe
    static func merge(
        _ pool: OpaquePointer, _ outerRaw: UnsafeMutableRawPointer, _ innerRaw: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer? {
        let outer = unsafe outerRaw.assumingMemoryBound(to: modswift_directory.self)
        let inner = unsafe innerRaw.assumingMemoryBound(to: modswift_directory.self)
        if unsafe isEmpty(inner) { return unsafe outerRaw }
        if unsafe isEmpty(outer) { return unsafe innerRaw }
        guard let raw = unsafe make(pool) else { return unsafe innerRaw }
        let merged = unsafe raw.assumingMemoryBound(to: modswift_directory.self)
        for phase in 0..<UInt32(MODSWIFT_PHASES) {
            let source = unsafe modswift_phase(inner, phase).pointee.count > 0 ? inner : outer
            unsafe modswift_phase(merged, phase).pointee = modswift_phase(source, phase).pointee
        }
        if let over = unsafe inner.pointee.options, let under = unsafe outer.pointee.options {
            unsafe merged.pointee.options = apr_table_overlay(pool, over, under)
        } else {
            unsafe merged.pointee.options = unsafe inner.pointee.options ?? outer.pointee.options
        }
        return unsafe raw
    }
}

@c(modswift_create_directory)
func createDirectory(_ pool: OpaquePointer?, _ path: UnsafeMutablePointer<CChar>?) -> UnsafeMutableRawPointer? {
    // SAFETY: httpd passes the configuration's pool, or the request's.
    unsafe pool.flatMap { unsafe DirectoryConfiguration.make($0) }
}

@c(modswift_merge_directories)
func mergeDirectories(
    _ pool: OpaquePointer?, _ outer: UnsafeMutableRawPointer?, _ inner: UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    // SAFETY: httpd passes records that createDirectory or mergeDirectories made.
    guard let pool = unsafe pool, let outer = unsafe outer, let inner = unsafe inner else {
        return unsafe inner ?? outer
    }
    return unsafe DirectoryConfiguration.merge(pool, outer, inner)
}

@c(modswift_create_server)
func createServer(_ pool: OpaquePointer?, _ server: UnsafeMutablePointer<server_rec>?) -> UnsafeMutableRawPointer? {
    // SAFETY: httpd passes the configuration's pool.
    guard let pool = unsafe pool,
        let memory = unsafe apr_palloc(pool, apr_size_t(MemoryLayout<modswift_protocol>.size))
    else { return nil }
    unsafe memset(memory, 0, MemoryLayout<modswift_protocol>.size)
    return unsafe memory
}

/// A virtual host has a protocol if it says so itself: other hosts of the server speak HTTP.
@c(modswift_merge_servers)
func mergeServers(
    _ pool: OpaquePointer?, _ outer: UnsafeMutableRawPointer?, _ inner: UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    // SAFETY: only handed on.
    unsafe inner
}
