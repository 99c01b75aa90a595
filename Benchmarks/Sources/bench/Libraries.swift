// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// The DSOs that the servers load, and the programs beside them.
struct Libraries {
    /// The folder of mod_swift and the bundled plugins.
    let modules: String
    /// The plugin of Examples/Shout.
    let shout: String
    /// The plugin of this package.
    let swiftFilters: String
    /// The module of this package.
    let cFilters: String
    /// The load for echo servers, a program of this package.
    let echoLoad: String
    /// The load for pages in turns, a program of this package.
    let pageLoad: String
    /// The least that an echo server can be, a program of this package.
    let plainEcho: String
    /// SwiftNIO's echo server, a program of this package.
    let nioEcho: String
    /// The engines for HTML alone, a program of this package.
    let htmlEngine: String
    /// lol-html alone, a script of this package.
    let lolHTML: String
    /// The Python that has lol-html, which scripts/python-peers.sh installs.
    let peersPython: String

    /// Looks for what is built elsewhere and builds what is built here.
    static func find() throws -> Libraries {
        let modules = ProjectModules.folder
        let environment = ProcessInfo.processInfo.environment
        let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let examples =
            environment["SWIFT_HTTPD_EXAMPLES"] ?? own.deletingLastPathComponent().path + "/Examples"
        // The folder of the running program, where SwiftPM puts all products of a configuration.
        let products = Bundle.main.executableURL?.deletingLastPathComponent().path ?? own.path + "/.build/release"
        for product in [
            "BenchFilters", "CBenchFilters", "echo-load", "page-load", "plain-echo", "nio-echo", "html-engine",
        ] {
            Progress.say("building \(product)")
            let arguments = ["build", "-c", "release", "--package-path", own.path, "--product", product]
            let built = try Command("swift", arguments, timeout: .seconds(900)).run()
            guard built.status == 0 else { throw BenchError("\(product) does not build:\n\(built.text)") }
        }
        let libraries = Libraries(
            modules: modules, shout: examples + "/Shout/.build/release/libShout.so",
            swiftFilters: products + "/libBenchFilters.so", cFilters: products + "/libCBenchFilters.so",
            echoLoad: products + "/echo-load", pageLoad: products + "/page-load", plainEcho: products + "/plain-echo",
            nioEcho: products + "/nio-echo", htmlEngine: products + "/html-engine",
            lolHTML: own.path + "/Peers/lol_html_engine.py",
            peersPython: own.deletingLastPathComponent().path + "/.build/lol-html/bin/python")
        let all = [
            modules + "/libmod_swift.so", modules + "/libRewriting.so", modules + "/libCompression.so",
            modules + "/libRESP.so", libraries.shout, libraries.swiftFilters, libraries.cFilters, libraries.echoLoad,
            libraries.pageLoad, libraries.plainEcho,
            libraries.nioEcho, libraries.htmlEngine, libraries.peersPython,
        ]
        for file in all where !FileManager.default.fileExists(atPath: file) {
            throw BenchError("there is no \(file): `make bench` builds it")
        }
        return libraries
    }

    /// Loads mod_swift and a plugin.
    func load(plugin: String) -> String {
        "LoadModule swift_module \"\(modules)/libmod_swift.so\"\nSwiftPlugin \"\(plugin)\"\n"
    }

    /// Binds and sets a filter of a plugin.
    func filter(_ reference: String, plugin: String) -> String {
        load(plugin: plugin) + "SwiftOutputFilter \(reference) BENCHED\nSetOutputFilter BENCHED\n"
    }

    /// Copies without debugging information, which valgrind cannot read as Swift writes it.
    func stripped(into folder: String) throws -> Libraries {
        func strip(_ file: String) throws -> String {
            let copy = folder + "/" + (file.split(separator: "/").last ?? "")
            let result = try Command("strip", ["--strip-debug", "-o", copy, file]).run()
            guard result.status == 0 else { throw BenchError("strip: \(result.errorText)") }
            return copy
        }
        _ = try strip(modules + "/libmod_swift.so")
        return Libraries(
            modules: folder, shout: shout, swiftFilters: try strip(swiftFilters), cFilters: try strip(cFilters),
            echoLoad: echoLoad, pageLoad: pageLoad, plainEcho: plainEcho, nioEcho: nioEcho, htmlEngine: htmlEngine,
            lolHTML: lolHTML, peersPython: peersPython)
    }
}
