// SPDX-License-Identifier: Apache-2.0
internal import CModSwift
internal import HTTPD

/// `Plugin.implementation`, as an administrator writes it.
struct Reference {
    let plugin: String
    let implementation: String

    init(_ text: String) throws(DirectiveError) {
        guard let dot = text.firstIndex(of: "."), dot != text.startIndex, text.index(after: dot) != text.endIndex else {
            throw DirectiveError("'\(text)' must be Plugin.implementation, as in Rewriting.Replace")
        }
        plugin = String(text[..<dot])
        implementation = String(text[text.index(after: dot)...])
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

    /// Finds the registration among the loaded plugins.
    @unsafe
    func find(_ kind: UInt32, phase: UInt32 = 0) throws(DirectiveError) -> modswift_binding {
        guard let loaded = HostState.current?.plugins[plugin] else {
            throw DirectiveError(
                "no plugin '\(plugin)' is loaded: add the line 'SwiftPlugin \(plugin)' before this one")
        }
        // SAFETY: the plugin's table and what it refers to are immortal.
        let table = unsafe loaded.table
        var known: [String] = []
        for index in 0..<Int(clamping: unsafe table.pointee.count) {
            guard let list = unsafe table.pointee.registrations else { break }
            let entry = unsafe list + index
            guard unsafe entry.pointee.kind == kind, unsafe entry.pointee.phase == phase,
                let cName = unsafe entry.pointee.name
            else { continue }
            let name = unsafe String(cString: cName)
            if name == implementation { return unsafe modswift_binding(table: table, registration: entry) }
            known.append(name)
        }
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
        var pairs: [(key: String, value: String)] = []
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
                throw DirectiveError("'\(word)' must be key=value")
            }
            pairs.append((String(word[..<equals]), String(word[word.index(after: equals)...])))
        }
        self.pairs = pairs
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
