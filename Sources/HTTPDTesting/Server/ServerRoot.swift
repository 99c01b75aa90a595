// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// The temporary folder of one server, removed with its last user.
///
/// `SWIFT_HTTPD_KEEP=1` keeps the folders, to look at after a failure.
final class ServerRoot: Sendable {
    let path: String
    let ports: [UInt16]
    let environment: [String: String]

    static let keeps = ProcessInfo.processInfo.environment["SWIFT_HTTPD_KEEP"] == "1"

    /// A sanitizer's runtime must be there before anything that was built with it: `SWIFT_HTTPD_PRELOAD` names it.
    private static let preloading: [String: String] = {
        let library = ProcessInfo.processInfo.environment["SWIFT_HTTPD_PRELOAD"] ?? ""
        return library.isEmpty ? [:] : ["LD_PRELOAD": library]
    }()

    var documentRoot: String { path + "/htdocs" }
    var configurationFile: String { path + "/httpd.conf" }
    var errorLogFile: String { path + "/error.log" }
    var accessLogFile: String { path + "/access.log" }

    /// Makes the folder and writes everything that the configuration asks for.
    init(_ configuration: HTTPDConfiguration) throws(HTTPDTestError) {
        path = try Self.makeFolder()
        ports = try FreePorts.choose(3)
        let text = ConfigurationText(
            configuration: configuration, installation: try .current(), root: path, ports: ports)
        environment = Self.preloading.merging(configuration.environment.mapValues(text.expand)) { $1 }
        // From here on deinit removes the folder, whatever happens.
        try folder("", mode: 0o755)
        try folder("run", mode: 0o755)
        try folder("htdocs", mode: 0o755)
        try folder("tmp", mode: 0o1777)
        try write("mime.types", Array(ConfigurationText.mimeTypes.utf8))
        for (name, bytes) in configuration.files { try write(name, bytes) }
        for (name, bytes) in configuration.documents { try write("htdocs/" + name, bytes) }
        try write("httpd.conf", Array(text.render().utf8))
    }

    deinit {
        if !Self.keeps { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func makeFolder() throws(HTTPDTestError) -> String {
        // A short path: Unix sockets allow about 100 characters.
        var template = Array("/tmp/ht-XXXXXX".utf8CString)
        // SAFETY: mkdtemp rewrites the six letters of the null-terminated array in place.
        guard unsafe mkdtemp(&template) != nil else { throw .system("mkdtemp") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func folder(_ name: String, mode: Int) throws(HTTPDTestError) {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
            try files.setAttributes([.posixPermissions: mode], ofItemAtPath: path + "/" + name)
        } catch {
            throw HTTPDTestError(.startup, "cannot make the folder \(path)/\(name): \(error)")
        }
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws(HTTPDTestError) {
        let parts = name.split(separator: "/")
        guard !parts.isEmpty, !name.hasPrefix("/"), !parts.contains("..") else {
            throw HTTPDTestError(.usage, "'\(name)' is not a path below the server root")
        }
        var parent = ""
        for part in parts.dropLast() {
            parent += (parent.isEmpty ? "" : "/") + part
            try folder(parent, mode: 0o755)
        }
        // Within the second in which a file was made, httpd calls its ETag weak.
        let attributes: [FileAttributeKey: Any] = [
            .posixPermissions: 0o644, .modificationDate: Date(timeIntervalSinceNow: -3600),
        ]
        let created = FileManager.default.createFile(
            atPath: path + "/" + name, contents: Data(bytes), attributes: attributes)
        guard created else { throw HTTPDTestError(.startup, "cannot write \(path)/\(name)") }
    }
}
