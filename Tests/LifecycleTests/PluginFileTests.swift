// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

extension Lifecycle {
    @Suite("A file that is no plugin stops configtest, and never crashes it")
    struct PluginFiles {
        private func check(
            _ directives: String, line: Int = 1, files: [String: [UInt8]] = [:], _ sentence: String
        ) throws {
            try WrongLine("", line: line, directives, sentence).check(files: files)
        }

        @Test func folder() throws {
            try check(
                "SwiftPlugin plugins/inner", files: ["plugins/inner/x": []],
                "/plugins/inner is a folder: name the plugin's file, or put the folder into SwiftPluginPath")
        }

        @Test func folderInThePlaceOfTheLibrary() throws {
            try check(
                "SwiftPluginPath plugins\nSwiftPlugin Inner", line: 2, files: ["plugins/libInner.so/x": []],
                "/plugins/libInner.so is a folder: name the plugin's file")
        }

        @Test func missingFile() throws {
            try check("SwiftPlugin plugins/libNone.so", "/plugins/libNone.so does not exist: check the path")
        }

        @Test func missingFolderOfTheSearchPath() throws {
            try check(
                "SwiftPluginPath plugins here\nSwiftPlugin None",
                "/plugins does not exist: check the path, or make the folder first")
            try check(
                "SwiftPluginPath plugins here\nSwiftPlugin None", line: 2,
                files: ["plugins/else": [], "here/else": []],
                "check the name, or add the plugin's folder with SwiftPluginPath")
        }

        @Test func textFile() throws {
            try check(
                "SwiftPlugin plugins/libText.so", files: ["plugins/libText.so": Array("not a library\n".utf8)],
                "/plugins/libText.so is not a shared library: name the libNAME.so that `swift build` made")
        }

        @Test func longTextFile() throws {
            try check(
                "SwiftPlugin plugins/libText.so", files: ["plugins/libText.so": numberedLines(100)],
                "is not a shared library")
        }

        @Test func emptyFile() throws {
            try check(
                "SwiftPlugin plugins/libEmpty.so", files: ["plugins/libEmpty.so": []], "is not a shared library")
        }

        @Test func programInsteadOfLibrary() throws {
            try check("SwiftPlugin /bin/true", "/true ")
        }

        /// Opening a pipe would wait for its other end for ever.
        @Test func pipe() throws {
            let path = FileManager.default.temporaryDirectory.path + "/lib\(UUID().uuidString).so"
            try #require(try Command("mkfifo", [path]).run().status == 0)
            defer { try? FileManager.default.removeItem(atPath: path) }
            try check("SwiftPlugin \(path)", "\(path) is not a file")
        }

        /// Root may read everything, so the check is made by an account that may not.
        @Test func unreadableFile() throws {
            let path = FileManager.default.temporaryDirectory.path + "/lib\(UUID().uuidString).so"
            try Data(try Plugins.bytes(of: Plugins.shout)).write(to: URL(fileURLWithPath: path))
            defer { try? FileManager.default.removeItem(atPath: path) }
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
            guard geteuid() != 0 else { return try unreadableForAnother(path) }
            try check("SwiftPlugin \(path)", "\(path) may not be read: ")
        }

        private func unreadableForAnother(_ path: String) throws {
            let folder = FileManager.default.temporaryDirectory.path + "/unread-\(UUID().uuidString)"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            defer { try? FileManager.default.removeItem(atPath: folder) }
            // Copies, because the build's folder need not be open to everybody.
            try Data(try Plugins.bytes(of: ProjectModules.folder + "/libmod_swift.so"))
                .write(to: URL(fileURLWithPath: folder + "/libmod_swift.so"))
            let text = """
                ServerName localhost
                LoadModule mpm_event_module \(try HTTPDInstallation.current().modulesFolder)/mod_mpm_event.so
                LoadModule swift_module \(folder)/libmod_swift.so
                SwiftPlugin \(path)

                """
            try text.write(toFile: folder + "/httpd.conf", atomically: true, encoding: .utf8)
            let program = try HTTPDInstallation.current().program
            let result = try Command(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", program, "-t", "-f", folder + "/httpd.conf"]
            ).run()
            let output = result.text + result.errorText
            // A machine whose toolchain only root can reach cannot load the module at all.
            if output.contains("Cannot load"), !output.contains("SwiftPlugin") { return }
            #expect(output.contains("on line 4 of \(folder)/httpd.conf"), "\(output)")
            #expect(output.contains("\(path) may not be read: "), "\(output)")
        }

        @Test func libraryWithoutTheEntry() throws {
            try check(
                "SwiftPlugin plugins/libBare.so",
                files: ["plugins/libBare.so": try Plugins.tinyPlugin(named: "Bare", "int nothing;")],
                "/plugins/libBare.so has no function swift_httpd_plugin_Bare: a plugin named Bare exports it with "
                    + "@c(swift_httpd_plugin_Bare)")
        }

        @Test func renamedPlugin() throws {
            try check(
                "SwiftPlugin plugins/libLoud.so", files: ["plugins/libLoud.so": try Plugins.bytes(of: Plugins.shout)],
                "/plugins/libLoud.so has no function swift_httpd_plugin_Loud")
        }

        @Test func libraryThatNeedsAnother() throws {
            let source = "void nowhere_to_be_found(void); void *keep = (void *)nowhere_to_be_found;"
            try check(
                "SwiftPlugin plugins/libNeedy.so",
                files: ["plugins/libNeedy.so": try Plugins.tinyPlugin(named: "Needy", source)],
                "undefined symbol: nowhere_to_be_found")
        }

        @Test func pluginOfAnotherABI() throws {
            let source = """
                static swift_httpd_plugin_table table = {99, sizeof(swift_httpd_plugin_table), "Future"};
                swift_httpd_table_reference swift_httpd_plugin_Future(swift_httpd_host_reference host) {
                    return (swift_httpd_table_reference){(uint64_t)(uintptr_t)&table};
                }
                """
            try check(
                "SwiftPlugin plugins/libFuture.so",
                files: ["plugins/libFuture.so": try Plugins.tinyPlugin(named: "Future", source)],
                "/plugins/libFuture.so speaks plugin ABI 99 and this mod_swift ABI 1: build the plugin again with a "
                    + "matching swift-httpd, or install a matching mod_swift")
        }

        @Test func pluginWithAShortTable() throws {
            let source = """
                static swift_httpd_plugin_table table = {SWIFT_HTTPD_PLUGIN_ABI, 16, "Short"};
                swift_httpd_table_reference swift_httpd_plugin_Short(swift_httpd_host_reference host) {
                    return (swift_httpd_table_reference){(uint64_t)(uintptr_t)&table};
                }
                """
            try check(
                "SwiftPlugin plugins/libShort.so",
                files: ["plugins/libShort.so": try Plugins.tinyPlugin(named: "Short", source)],
                "/plugins/libShort.so has a table of 16 bytes, and this mod_swift expects ")
        }

        @Test func pluginWithoutATable() throws {
            let source = """
                swift_httpd_table_reference swift_httpd_plugin_Empty(swift_httpd_host_reference host) {
                    return (swift_httpd_table_reference){0};
                }
                """
            try check(
                "SwiftPlugin plugins/libEmpty.so",
                files: ["plugins/libEmpty.so": try Plugins.tinyPlugin(named: "Empty", source)],
                "/plugins/libEmpty.so offers nothing: swift_httpd_plugin_Empty returned no table")
        }

        @Test func pluginOfAnotherName() throws {
            let source = """
                static swift_httpd_plugin_table table = {SWIFT_HTTPD_PLUGIN_ABI, sizeof table, "Second"};
                swift_httpd_table_reference swift_httpd_plugin_First(swift_httpd_host_reference host) {
                    return (swift_httpd_table_reference){(uint64_t)(uintptr_t)&table};
                }
                """
            try check(
                "SwiftPlugin plugins/libFirst.so",
                files: ["plugins/libFirst.so": try Plugins.tinyPlugin(named: "First", source)],
                "/plugins/libFirst.so calls itself 'Second', not 'First': rename the file, or the plugin")
        }

        @Test func samePluginFromTwoFiles() throws {
            try check(
                "SwiftPlugin plugins/libShout.so", files: ["plugins/libShout.so": try Plugins.bytes(of: Plugins.shout)],
                "plugin Shout was loaded from \(Plugins.shout) and cannot be loaded from ")
        }

        /// The dynamic loader takes a library's size on trust, and dies of one that was cut.
        @Test("A library that was cut short, wherever, is refused")
        func cutShort() throws {
            let whole = try Plugins.bytes(of: ProjectModules.folder + "/libRewriting.so")
            let sections = Int(whole[40..<48].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
            try #require(sections > 0 && sections < whole.count)
            let lengths = [
                3, 16, 63, 64, 100, 300, 4096, whole.count / 4, whole.count / 2, whole.count * 3 / 4, sections - 1,
                sections, sections + 1, (sections + whole.count) / 2, whole.count - 1,
            ]
            for length in lengths {
                try check(
                    "SwiftPlugin plugins/libRewriting.so",
                    files: ["plugins/libRewriting.so": Array(whole[..<length])],
                    length < 64 ? "is not a shared library" : "is cut short: copy the file again")
            }
        }
    }
}
