// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The httpd of this machine.
///
/// Found in the usual places; `SWIFT_HTTPD_SERVER` and `SWIFT_HTTPD_STOCK_MODULES` name others.
public struct HTTPDInstallation: Sendable {
    /// The account that the children run under when the server is started as root.
    struct Account: Sendable {
        let user: String
        let group: String
    }

    /// The server program.
    public let program: String
    /// The folder of its stock modules.
    public let modulesFolder: String
    /// Short names of the modules compiled into it.
    public let compiledIn: Set<String>

    let account: Account?

    private static let found = Result<HTTPDInstallation, any Error> { try search() }

    /// Looks the installation up, once per process.
    public static func current() throws(HTTPDTestError) -> HTTPDInstallation {
        switch found {
        case .success(let installation): return installation
        case .failure(let error): throw error as? HTTPDTestError ?? HTTPDTestError(.usage, "\(error)")
        }
    }

    private static func search() throws(HTTPDTestError) -> HTTPDInstallation {
        let environment = ProcessInfo.processInfo.environment
        let programs =
            environment["SWIFT_HTTPD_SERVER"].map { [$0] }
            ?? ["/usr/sbin/apache2", "/usr/sbin/httpd", "/usr/local/apache2/bin/httpd"]
        let folders =
            environment["SWIFT_HTTPD_STOCK_MODULES"].map { [$0] }
            ?? ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/local/apache2/modules"]
        let files = FileManager.default
        guard let program = programs.first(where: files.isExecutableFile(atPath:)) else {
            throw HTTPDTestError(.usage, "no httpd found: looked for \(programs.joined(separator: ", "))")
        }
        guard let folder = folders.first(where: files.fileExists(atPath:)) else {
            throw HTTPDTestError(.usage, "no stock modules found: looked in \(folders.joined(separator: ", "))")
        }
        let listing = try Command(program, ["-l"]).run()
        let compiledIn = listing.text.split(separator: "\n").compactMap { line -> String? in
            let name = line.trimmingCharacters(in: .whitespaces)
            guard name.hasSuffix(".c") else { return nil }
            return String((name.hasPrefix("mod_") ? name.dropFirst(4) : name[...]).dropLast(2))
        }
        return HTTPDInstallation(
            program: program, modulesFolder: folder, compiledIn: Set(compiledIn), account: serverAccount())
    }

    /// The first of the usual accounts that exists, for root; `nil` for everybody else.
    private static func serverAccount() -> Account? {
        guard geteuid() == 0 else { return nil }
        let users = names(in: "/etc/passwd")
        let groups = names(in: "/etc/group")
        let usual = [("www-data", "www-data"), ("apache", "apache"), ("nobody", "nogroup"), ("nobody", "nobody")]
        for (user, group) in usual
        where users.contains(user) && groups.contains(group) {
            return Account(user: user, group: group)
        }
        return nil
    }

    private static func names(in file: String) -> Set<String> {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        return Set(text.split(separator: "\n").compactMap { $0.split(separator: ":").first.map(String.init) })
    }
}
