// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// What the `swift-status` page and `INFO` count, in all children, since the server was started.
enum Statistics {
    static let connections = Counter("connections")
    static let commands = Counter("commands")
    static let errors = Counter("error replies")
    static let messages = Counter("messages published")
    static let lost = Counter("messages lost between children")
    static let refusals = Counter("connections refused")
    static let failures = Counter("failed authentications")

    private static var all: [Counter] {
        [connections, commands, errors, messages, lost, refusals, failures]
    }

    static func register(on registry: inout PhaseRegistry) {
        for counter in all { registry.counter(counter) }
    }
}
