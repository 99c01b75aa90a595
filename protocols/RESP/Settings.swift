// SPDX-License-Identifier: Apache-2.0
import HTTPD
import RESPEngine

/// What `CONFIG GET` tells: by Redis's names, what clients may want to know.
enum Settings {
    static func all(_ options: RESPOptions, _ host: RESPHost) -> [(name: String, value: String)] {
        host.memorySettings + [
            ("appendonly", "no"),
            ("databases", String(options.databases.value)),
            ("proto-max-bulk-len", String(options.limits.bulkLength)),
            ("save", ""),
        ]
    }
}
