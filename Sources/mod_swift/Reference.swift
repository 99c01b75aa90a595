// SPDX-License-Identifier: Apache-2.0
internal import CModSwift
internal import HTTPD

/// `Plugin.implementation`, as an administrator writes it.
struct Reference {
    let plugin: String
    let implementation: String
    private let kind: UInt32
    private let phase: UInt32

    /// A reference to a registration of this kind and, if it is a handler, this phase.
    init(_ text: String, to kind: UInt32, _ phase: UInt32 = 0) throws(DirectiveError) {
        guard let dot = text.firstIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex else {
            let example = Self.example(kind, phase: phase).map { ", as in \($0)" } ?? ""
            throw DirectiveError(
                "'\(text)' must name \(Self.article(kind, phase: phase)) as Plugin.implementation\(example)")
        }
        plugin = String(text[..<dot])
        implementation = String(text[text.index(after: dot)...])
        self.kind = kind
        self.phase = phase
    }

    /// What could stand there: the first of the kind that a loaded plugin offers.
    private static func example(_ kind: UInt32, phase: UInt32) -> String? {
        for (name, loaded) in (HostState.current?.plugins ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let first = names(kind, phase: phase, in: loaded).first { return "\(name).\(first)" }
        }
        return nil
    }

    /// What a kind of registration is called in an error.
    private static func noun(_ kind: UInt32, phase: UInt32) -> String {
        switch (Int(kind), Int(phase)) {
        case (SWIFT_HTTPD_OUTPUT_FILTER, _): "output filter"
        case (SWIFT_HTTPD_INPUT_FILTER, _): "input filter"
        case (SWIFT_HTTPD_PROTOCOL, _): "protocol"
        case (_, SWIFT_HTTPD_PHASE_ACCESS): "access handler"
        case (_, SWIFT_HTTPD_PHASE_FIXUP): "fixup handler"
        case (_, SWIFT_HTTPD_PHASE_LOG): "log handler"
        default: "handler"
        }
    }

    private static func article(_ kind: UInt32, phase: UInt32) -> String {
        let noun = noun(kind, phase: phase)
        return noun.first.map { "aeiou".contains($0) } == true ? "an \(noun)" : "a \(noun)"
    }

    /// What a plugin offers of a kind.
    private static func names(_ kind: UInt32, phase: UInt32, in loaded: HostState.Loaded) -> [String] {
        // SAFETY: the plugin's table and what it refers to are immortal.
        let table = unsafe loaded.table
        guard let list = unsafe table.pointee.registrations else { return [] }
        var names: [String] = []
        for index in 0..<Int(clamping: unsafe table.pointee.count) {
            let entry = unsafe list + index
            guard unsafe entry.pointee.kind == kind, unsafe entry.pointee.phase == phase,
                let name = unsafe entry.pointee.name
            else { continue }
            unsafe names.append(String(cString: name))
        }
        return names
    }

    /// Finds the registration among the loaded plugins.
    @unsafe
    func find() throws(DirectiveError) -> modswift_binding {
        guard let loaded = HostState.current?.plugins[plugin] else {
            throw DirectiveError(
                "no plugin '\(plugin)' is loaded: add the line 'SwiftPlugin \(plugin)' before this one")
        }
        // SAFETY: the plugin's table and what it refers to are immortal.
        let table = unsafe loaded.table
        for index in 0..<Int(clamping: unsafe table.pointee.count) {
            guard let list = unsafe table.pointee.registrations else { break }
            let entry = unsafe list + index
            guard unsafe entry.pointee.kind == kind, unsafe entry.pointee.phase == phase,
                let name = unsafe entry.pointee.name, unsafe String(cString: name) == implementation
            else { continue }
            return unsafe modswift_binding(table: table, registration: entry)
        }
        let known = Self.names(kind, phase: phase, in: loaded)
        let noun = Self.noun(kind, phase: phase)
        throw DirectiveError(
            known.isEmpty
                ? "plugin \(plugin) has no \(noun)s at all, so no '\(implementation)'"
                : "plugin \(plugin) has no \(noun) '\(implementation)': choose from \(known.joined(separator: ", "))")
    }
}

/// `key=value` words behind a name.
struct OptionWords {
    let pairs: [(key: String, value: String)]

    init(_ words: ArraySlice<String>) throws(DirectiveError) {
        pairs = try NoOptions.pairs(of: words)
    }

    /// Lets the plugin check the options and make an instance that lives as long as `pool`.
    @unsafe
    func configure(
        _ binding: modswift_binding, _ boundName: String, _ pool: OpaquePointer
    ) throws(DirectiveError) -> UnsafeMutableRawPointer? {
        // SAFETY: the plugin copies keys and values; its error text lives in the pool.
        var instance: UnsafeMutableRawPointer?
        var options: [swift_httpd_option] = unsafe []
        for (key, value) in pairs {
            unsafe options.append(
                swift_httpd_option(key: apr_pstrdup(pool, key), value: apr_pstrdup(pool, value)))
        }
        guard let configure = unsafe binding.table.pointee.configure else {
            throw DirectiveError("cannot be configured")
        }
        let wrong = unsafe options.withUnsafeBufferPointer { list in
            unsafe configure(
                binding.registration.pointee.context, UnsafeMutableRawPointer(pool), boundName, list.baseAddress,
                UInt64(list.count), &instance)
        }
        if let wrong = unsafe wrong { throw DirectiveError(unsafe String(cString: wrong)) }
        return unsafe instance
    }
}
