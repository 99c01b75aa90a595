// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Synchronization

/// A program to start with given descriptors, in a new process group, inheriting nothing else.
struct Spawning {
    var program: String
    var arguments: [String]
    var environment: [String: String] = [:]
    var directory: String?
    var standardInput: Int32
    var standardOutput: Int32
    var standardError: Int32

    /// Held while a program is started, and while a descriptor exists that one must not inherit.
    static let gate = Mutex<Void>(())

    /// Starts the program.
    func start() throws(HTTPDTestError) -> ChildProcess {
        var program = program
        var arguments = arguments
        if let directory {
            // posix_spawn's own way to change the folder is not visible to Swift.
            arguments = ["-c", #"cd "$1" && shift && exec "$@""#, "sh", directory, program] + arguments
            program = "/bin/sh"
        }
        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        var pid: pid_t = 0
        // SAFETY: every object is initialised before use and destroyed after it, and the string arrays are
        // null-terminated and outlive the call.
        unsafe try withObjects { actions, attributes throws(HTTPDTestError) in
            unsafe posix_spawn_file_actions_adddup2(actions, standardInput, 0)
            unsafe posix_spawn_file_actions_adddup2(actions, standardOutput, 1)
            unsafe posix_spawn_file_actions_adddup2(actions, standardError, 2)
            for number in Self.openDescriptors() where number > 2 {
                unsafe posix_spawn_file_actions_addclose(actions, number)
            }
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe posix_spawnattr_setsigmask(attributes, &signals)
            unsafe sigaddset(&signals, SIGPIPE)
            unsafe posix_spawnattr_setsigdefault(attributes, &signals)
            unsafe posix_spawnattr_setpgroup(attributes, 0)
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
            unsafe posix_spawnattr_setflags(attributes, Int16(truncatingIfNeeded: flags))
            let argv = unsafe Self.strings([program] + arguments)
            let envp = unsafe Self.strings(merged.map { "\($0.key)=\($0.value)" })
            defer {
                unsafe (argv + envp).forEach { unsafe free($0) }
            }
            let code = Self.gate.withLock { _ in
                unsafe posix_spawnp(&pid, program, actions, attributes, argv, envp)
            }
            guard code == 0 else { throw .system("start \(program)", code) }
        }
        return ChildProcess(pid: pid)
    }

    private func withObjects(
        _ body: (
            UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafeMutablePointer<posix_spawnattr_t>
        ) throws(HTTPDTestError) -> Void
    ) throws(HTTPDTestError) {
        // SAFETY: both are initialised by the calls made for that, and live in this frame during the body.
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe try body(&actions, &attributes)
    }

    /// What a careless library may have opened without close-on-exec, and all else that is open.
    private static func openDescriptors() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }
    }

    /// Copies strings to a null-terminated array of C strings, each to be freed.
    private static func strings(_ all: [String]) -> [UnsafeMutablePointer<CChar>?] {
        // SAFETY: strdup copies; the caller frees.
        unsafe all.map { unsafe strdup($0) } + [nil]
    }
}
