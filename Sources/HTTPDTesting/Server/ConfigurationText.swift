// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Turns a configuration into the text of `httpd.conf`.
struct ConfigurationText {
    let configuration: HTTPDConfiguration
    let installation: HTTPDInstallation
    let root: String
    let ports: [UInt16]

    var documentRoot: String { root + "/htdocs" }

    /// Replaces the placeholders in a text.
    func expand(_ text: String) -> String {
        guard text.contains("@") else { return text }
        var result = text
        for (index, port) in ports.enumerated() {
            let name = index == 0 ? "@PORT@" : "@PORT\(index + 1)@"
            result = result.replacingOccurrences(of: name, with: String(port))
        }
        result = result.replacingOccurrences(of: "@ROOT@", with: root)
        result = result.replacingOccurrences(of: "@DOCROOT@", with: documentRoot)
        if result.contains("@MODULES@") {
            result = result.replacingOccurrences(of: "@MODULES@", with: ProjectModules.folder)
        }
        return result
    }

    /// The whole file.
    func render() -> String {
        var lines = [
            "ServerRoot \"\(root)\"",
            "DefaultRuntimeDir \"\(root)/run\"",
            "PidFile \"\(root)/run/httpd.pid\"",
            "ScoreBoardFile \"\(root)/run/scoreboard\"",
            "Mutex \"file:\(root)/run\" default",
            "ServerName localhost",
            "Listen 127.0.0.1:\(ports.first ?? 0)",
            "ErrorLog \"\(root)/error.log\"",
            "LogLevel warn",
        ]
        lines += loadModules()
        if let account = installation.account {
            lines += ["User \(account.user)", "Group \(account.group)"]
        }
        lines += workers()
        lines += [
            "Timeout 60",
            "GracefulShutdownTimeout 5",
            "DocumentRoot \"\(documentRoot)\"",
            "<Directory />",
            "    AllowOverride None",
            "    <IfModule authz_core_module>",
            "        Require all granted",
            "    </IfModule>",
            "</Directory>",
            "<IfModule mime_module>",
            "    TypesConfig \"\(root)/mime.types\"",
            "</IfModule>",
            "<IfModule log_config_module>",
            "    CustomLog \"\(root)/access.log\" \"%h %l %u %t \\\"%r\\\" %>s %B %X\"",
            "</IfModule>",
            "# The test's own directives.",
            expand(configuration.directives),
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// A type table of our own, so that the machine's does not matter.
    static let mimeTypes = """
        text/html html htm
        text/plain txt log
        text/css css
        text/javascript js mjs
        text/xml xml
        application/json json
        application/octet-stream bin
        application/gzip gz
        application/wasm wasm
        image/png png
        image/svg+xml svg
        image/jpeg jpg jpeg

        """

    private func loadModules() -> [String] {
        var seen: Set<String> = []
        return (["mpm_\(configuration.mpm)"] + configuration.modules).compactMap { name in
            guard seen.insert(name).inserted, !installation.compiledIn.contains(name) else { return nil }
            return "LoadModule \(name)_module \"\(installation.modulesFolder)/mod_\(name).so\""
        }
    }

    private func workers() -> [String] {
        let threads = max(1, configuration.threadsPerChild)
        guard configuration.mpm.isThreaded else {
            let children = max(1, configuration.children ?? min(4, configuration.maxClients ?? 4))
            let clients = max(children, configuration.maxClients ?? 16)
            return [
                "ServerLimit \(clients)",
                "StartServers \(children)",
                "MinSpareServers 1",
                "MaxSpareServers \(clients + 1)",
                "MaxRequestWorkers \(clients)",
                "MaxConnectionsPerChild 0",
            ]
        }
        let children = max(1, configuration.children ?? 1)
        let wanted = max(threads * children, configuration.maxClients ?? 0)
        let processes = (wanted + threads - 1) / threads
        // A few slots more than needed: old generations occupy theirs until they have finished.
        return [
            "ServerLimit \(processes + 8)",
            "ThreadLimit \(max(64, threads))",
            "ThreadsPerChild \(threads)",
            "StartServers \(children)",
            "MinSpareThreads 1",
            "MaxSpareThreads \((processes + 1) * threads)",
            "MaxRequestWorkers \(processes * threads)",
            "MaxConnectionsPerChild 0",
        ]
    }
}
