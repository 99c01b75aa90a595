// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// All tests against a real httpd, one after the other: some of them measure time and memory.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct RealServer {}

/// What every server of these tests has loaded, and where it is.
enum Fixtures {
    /// `SWIFT_HTTPD_FIXTURES`, or else where `Tests/Fixtures` is built.
    static let folder: String = {
        if let set = ProcessInfo.processInfo.environment["SWIFT_HTTPD_FIXTURES"], !set.isEmpty { return set }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return tests.path + "/Fixtures/.build/release"
    }()

    /// A configuration with the plugins loaded, each filter bound to its name in capitals, and `directives` behind.
    static func configuration(
        _ mpm: MPM, modules: [String] = [], _ directives: String = "",
        documents: [String: String] = [:], children: Int? = nil, threads: Int = 8, maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        HTTPDConfiguration(
            mpm: mpm, extraModules: modules, directives: preamble + directives + "\n",
            documents: documents.mapValues { Array($0.utf8) }, children: children, threadsPerChild: threads,
            maxClients: maxClients)
    }

    /// The same, under event.
    static func configuration(
        modules: [String] = [], _ directives: String = "", documents: [String: String] = [:], children: Int? = nil,
        threads: Int = 8, maxClients: Int? = nil
    ) -> HTTPDConfiguration {
        configuration(
            .event, modules: modules, directives, documents: documents, children: children, threads: threads,
            maxClients: maxClients)
    }

    private static let output = [
        "Pass", "Rewrite", "Upper", "Double", "Drop", "Decline", "PassBrigade", "FlushInside", "MetadataFirst",
        "ErrorBucket", "Record",
    ]
    private static let input = ["PassIn", "UpperIn", "DoubleIn", "DropIn", "DeclineIn", "PassBrigadeIn"]

    private static var preamble: String {
        """
        LoadModule swift_module "@MODULES@/libmod_swift.so"
        SwiftPlugin "\(folder)/libFixtures.so"
        SwiftPlugin Rewriting
        SwiftOutputFilter Rewriting.Replace REPLACE
        \(output.map { "SwiftOutputFilter Fixtures.\($0) \($0.uppercased())" }.joined(separator: "\n"))
        \(input.map { "SwiftInputFilter Fixtures.\($0) \($0.uppercased())" }.joined(separator: "\n"))
        LogLevel Fixtures:notice

        """
    }
}

extension HTTPDProcess {
    /// Runs a shell script with the server's folder as its own and `$URL` set, and returns its output.
    @discardableResult
    func shell(_ script: String, timeout: Duration = .seconds(120)) throws -> String {
        let result = try Command(
            "bash", ["-c", script], environment: ["URL": url("")], directory: root, timeout: timeout
        ).run()
        try #require(result.status == 0, "\(script): \(result.text) \(result.errorText)")
        return result.text
    }

    /// Writes an executable script below the server root.
    func addScript(_ name: String, _ text: String) throws {
        let path = root + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// The only child.
    func onlyChild() throws -> Int32 {
        let children = childPIDs
        try #require(children.count == 1)
        return try #require(children.first)
    }
}
