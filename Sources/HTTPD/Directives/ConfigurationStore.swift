// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Gives httpd the callbacks that make, fill and merge a plugin's configuration.
///
/// One box per section, owned by the pool that httpd passes: the configuration's, or for sections that are merged
/// while a request is served, the request's. All settings live per directory; what stands outside of sections is
/// httpd's outermost directory.
@safe
enum ConfigurationStore {
    /// The configuration in force for a request.
    static func configuration<Configuration: ModuleConfiguration>(
        _ type: Configuration.Type, of request: borrowing Request
    ) -> Configuration {
        // SAFETY: httpd's per-directory configuration of our module is a box that `create` or `merge` made, alive
        // as long as the request.
        guard let module = unsafe PluginImage.module else { return Configuration() }
        return unsafe configuration(type, in: chttpd_dir_config(request.raw, module))
    }

    /// What stands outside of sections, for a host.
    static func configuration<Configuration: ModuleConfiguration>(
        _ type: Configuration.Type, of server: borrowing Server
    ) -> Configuration {
        // SAFETY: as above; alive as long as the server's configuration.
        guard let module = unsafe PluginImage.module else { return Configuration() }
        return unsafe configuration(type, in: chttpd_host_config(server.raw, module))
    }

    /// What was worked out of the configuration in force for a request.
    static func compiled<Compiled: CompiledConfiguration>(
        _ type: Compiled.Type, of request: borrowing Request
    ) -> Compiled {
        // SAFETY: as in `configuration`.
        guard let module = unsafe PluginImage.module else { return Compiled(compiling: Compiled.Source()) }
        return unsafe compiled(type, in: chttpd_dir_config(request.raw, module))
    }

    /// What was worked out of what stands outside of sections, for a host.
    static func compiled<Compiled: CompiledConfiguration>(
        _ type: Compiled.Type, of server: borrowing Server
    ) -> Compiled {
        // SAFETY: as in `configuration`.
        guard let module = unsafe PluginImage.module else { return Compiled(compiling: Compiled.Source()) }
        return unsafe compiled(type, in: chttpd_host_config(server.raw, module))
    }

    @unsafe
    private static func configuration<Configuration: ModuleConfiguration>(
        _ type: Configuration.Type, in reference: UnsafeMutableRawPointer?
    ) -> Configuration {
        // SAFETY: the caller's reference is a box of ours. It holds a `Configuration` if that is the type that the
        // plugin registered.
        guard let reference = unsafe reference else { return Configuration() }
        let box = unsafe Unmanaged<AnyConfigurationBox>.fromOpaque(reference).takeUnretainedValue()
        return (box as? ConfigurationBox<Configuration>)?.value ?? Configuration()
    }

    @unsafe
    private static func compiled<Compiled: CompiledConfiguration>(
        _ type: Compiled.Type, in reference: UnsafeMutableRawPointer?
    ) -> Compiled {
        guard let reference = unsafe reference else { return Compiled(compiling: Compiled.Source()) }
        // SAFETY: the caller's reference is a box of ours.
        return unsafe Unmanaged<AnyConfigurationBox>.fromOpaque(reference)._withUnsafeGuaranteedRef { box in
            if let held = box.compiled(as: ObjectIdentifier(type)) {
                // SAFETY: it was put there as an object of this type, below.
                return unsafe unsafeDowncast(held, to: Compiled.self)
            }
            let source = (box as? ConfigurationBox<Compiled.Source>)?.value ?? Compiled.Source()
            let made = Compiled(compiling: source)
            box.hold(made, as: ObjectIdentifier(type))
            return made
        }
    }

    /// Makes the record's callbacks and directives those of the registered configuration.
    @unsafe
    static func install(_ kind: any AnyConfigurationKind, in record: UnsafeMutablePointer<module>) {
        // SAFETY: the record is the plugin's own and immortal; httpd passes a pool that lives as long as the section.
        unsafe record.pointee.create_dir_config = { pool, _ in
            guard let pool = unsafe pool, let kind = PluginImage.configuration else { return nil }
            return unsafe StateOwner.own(kind.make(), by: pool)
        }
        unsafe record.pointee.merge_dir_config = { pool, outer, inner in
            guard let pool = unsafe pool, let outer = unsafe outer, let inner = unsafe inner else {
                return unsafe inner ?? outer
            }
            // SAFETY: both are boxes that `create` or `merge` made, alive as long as their sections.
            let outerBox = unsafe Unmanaged<AnyConfigurationBox>.fromOpaque(outer).takeUnretainedValue()
            let innerBox = unsafe Unmanaged<AnyConfigurationBox>.fromOpaque(inner).takeUnretainedValue()
            // Most sections set nothing of a given plugin: then nothing is made.
            if !innerBox.isSet { return unsafe outer }
            if !outerBox.isSet { return unsafe inner }
            guard let merged = outerBox.merged(with: innerBox) else { return unsafe inner }
            return unsafe StateOwner.own(merged, by: pool)
        }
        unsafe record.pointee.cmds = UnsafePointer(commands(kind.directives))
    }

    /// httpd's table of the directives, made once: it is immortal, as the DSO is.
    @unsafe
    private static func commands(_ directives: [AnyDirective]) -> UnsafeMutablePointer<command_rec> {
        // SAFETY: httpd's table ends with a zeroed record; names and texts are StaticStrings, hence immortal.
        let table = UnsafeMutablePointer<command_rec>.allocate(capacity: directives.count + 1)
        unsafe memset(table, 0, MemoryLayout<command_rec>.stride * (directives.count + 1))
        for (index, directive) in directives.enumerated() {
            unsafe chttpd_directive(
                table + index, directive.name.cString, directive.help.cString, directive.scope.rawValue,
                Unmanaged.passRetained(directive).toOpaque(), runDirective)
        }
        return unsafe table
    }
}

/// Applies one line of the configuration to its section.
private let runDirective:
    @convention(c) (UnsafeMutablePointer<cmd_parms>, UnsafeMutableRawPointer?, UnsafePointer<CChar>)
        -> UnsafePointer<CChar>? = { command, section, line in
            // SAFETY: `cmd_data` is the AnyDirective that `commands` retained for good, `section` a box of ours; the
            // error text goes into the configuration's pool.
            guard let data = unsafe command.pointee.cmd.pointee.cmd_data, let section = unsafe section,
                let pool = unsafe command.pointee.pool
            else { return nil }
            let directive = unsafe Unmanaged<AnyDirective>.fromOpaque(data).takeUnretainedValue()
            let box = unsafe Unmanaged<AnyConfigurationBox>.fromOpaque(section).takeUnretainedValue()
            // An expression that is made of the line takes from it where it stands.
            let before = unsafe chttpd_read_directive(command)
            defer { unsafe _ = chttpd_read_directive(before) }
            do throws(DirectiveError) {
                unsafe try directive.apply(box, ArgumentList(parsing: line).words)
                return nil
            } catch {
                return unsafe Pool.duplicate("\(directive.name): \(error.message)", in: pool)
            }
        }
