// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// One wrong line, and what the administrator is told.
struct WrongLine: Sendable, CustomTestStringConvertible {
    let name: String
    let directives: String
    /// The line of `bad.conf` that is to be blamed.
    let line: Int
    let sentence: String

    init(_ name: String, line: Int = 1, _ directives: String, _ sentence: String) {
        self.name = name
        self.directives = directives
        self.line = line
        self.sentence = sentence
    }

    var testDescription: String { name }

    /// Runs configtest on the line in a file of its own.
    func check(modules: [String] = [], files: [String: [UInt8]] = [:]) throws {
        var configuration = HTTPDConfiguration(
            extraModules: modules,
            directives: "Define ROOT \"@ROOT@\"\nDefine DOCROOT \"@DOCROOT@\"\n" + Plugins.all
                + "Include \"@ROOT@/bad.conf\"\n",
            files: files)
        // A file of the test's has no placeholders, httpd's configuration has variables.
        let text = directives.replacingOccurrences(of: "@ROOT@", with: "${ROOT}")
            .replacingOccurrences(of: "@DOCROOT@", with: "${DOCROOT}")
        configuration.addFile("bad.conf", text: text + "\n")
        let (status, output) = try HTTPDProcess.configtest(configuration)
        #expect(status == 1, "configtest ended with \(status): \(output)")
        #expect(output.contains("on line \(line) of "), "\(output)")
        #expect(output.contains("/bad.conf:"), "\(output)")
        #expect(output.contains(sentence), "\(output)")
        #expect(ErrorLogAudit(output).unexpected.isEmpty)
    }
}

extension Lifecycle {
    @Suite("Wrong configuration stops configtest with file, line and a sentence that says what to do")
    struct ConfigurationErrors {
        static let references = [
            WrongLine(
                "unknown plugin", "SwiftPlugin Nonesuch",
                "SwiftPlugin: there is no libNonesuch.so in "),
            WrongLine(
                "plugin that is not loaded", "SwiftOutputFilter Nonesuch.Upper LOUD",
                "no plugin 'Nonesuch' is loaded: add the line 'SwiftPlugin Nonesuch' before this one"),
            WrongLine(
                "unknown output filter", "SwiftOutputFilter Shout.Uper LOUD",
                "plugin Shout has no output filter 'Uper': choose from Upper"),
            WrongLine(
                "unknown input filter", "SwiftInputFilter Shout.Upper LOUD",
                "plugin Shout has no input filter 'Upper': choose from UpperBody"),
            WrongLine(
                "input filter of a plugin without any", "SwiftInputFilter Echo.Echo LOUD",
                "plugin Echo has no input filters at all, so no 'Echo'"),
            WrongLine(
                "unknown protocol", "<VirtualHost *:1>\nSwiftProtocol Echo.Ecko\n</VirtualHost>",
                "plugin Echo has no protocol 'Ecko': choose from Echo"
            ).at(line: 2),
            WrongLine(
                "unknown handler", "<Location /a>\nSwiftHandler Shout.Hallo\n</Location>",
                "plugin Shout has no handler 'Hallo': choose from Hello"
            ).at(line: 2),
            WrongLine(
                "handler of another phase", "<Location /a>\nSwiftFixupHandler Fixtures.Agree\n</Location>",
                "plugin Fixtures has no fixup handler 'Agree': choose from Mark"
            ).at(line: 2),
            WrongLine(
                "reference without a dot", "SwiftOutputFilter Shout LOUD",
                "'Shout' must name an output filter as Plugin.implementation, as in Fixtures."),
            WrongLine(
                "reference that ends in a dot", "SwiftOutputFilter Shout. LOUD",
                "'Shout.' must name an output filter as Plugin.implementation, as in Fixtures."),
            WrongLine(
                "input filter without a dot", "SwiftInputFilter Shout LOUD",
                "'Shout' must name an input filter as Plugin.implementation, as in Fixtures."),
            WrongLine(
                "handler without a dot", "SwiftHandler Evil",
                "'Evil' must name a handler as Plugin.implementation, as in Fixtures.Flood"),
            WrongLine(
                "access handler without a dot", "SwiftAccessHandler Evil",
                "'Evil' must name an access handler as Plugin.implementation, as in Fixtures.Agree"),
            WrongLine(
                "protocol without a dot", "<VirtualHost *:1>\nSwiftProtocol Echo\n</VirtualHost>",
                "'Echo' must name a protocol as Plugin.implementation, as in Echo.Echo"
            ).at(line: 2),
            WrongLine(
                "NAME bound twice", "SwiftOutputFilter Rewriting.Replace shout",
                "the NAME shout is already bound to Shout.Upper: choose another"),
            WrongLine(
                "NAME of a stock filter", "SwiftOutputFilter Shout.Upper BYTERANGE",
                "the NAME BYTERANGE is already that of another module's filter: choose another"),
            WrongLine(
                "NAME that no directive could name", "SwiftOutputFilter Shout.Upper A;B",
                "'A;B' is not a filter's NAME: use letters, digits and _"),
            WrongLine(
                "option in the NAME's place", "SwiftOutputFilter Fixtures.Chop size=1",
                "'size=1' is not a filter's NAME: use letters, digits and _"),
        ]

        static let options = [
            WrongLine(
                "unknown option", "SwiftOutputFilter Fixtures.Chop C sise=1",
                "Fixtures.Chop C: there is no option 'sise': choose from size, flush, batch"),
            WrongLine(
                "option where there are none", "SwiftOutputFilter Shout.Upper C size=1",
                "Shout.Upper C: there is no option 'size': this one takes no options"),
            WrongLine(
                "ill-typed number", "SwiftOutputFilter Fixtures.Chop C batch=many",
                "Fixtures.Chop C: option 'batch' must be a whole number, not 'many'"),
            WrongLine(
                "ill-typed size", "SwiftOutputFilter Fixtures.Chop C size=64Q",
                "option 'size' must be a number of bytes such as 8192, 64K or 10M, not '64Q'"),
            WrongLine(
                "size that no machine has", "SwiftOutputFilter Fixtures.Chop C size=99999999999999999G",
                "option 'size' must be a number of bytes such as 8192, 64K or 10M, not '99999999999999999G'"),
            WrongLine(
                "ill-typed switch", "SwiftOutputFilter Fixtures.Chop C flush=perhaps",
                "option 'flush' must be On or Off, not 'perhaps'"),
            WrongLine(
                "word out of a list", "SwiftOutputFilter Fixtures.Throw C at=noon",
                "option 'at' must be one of start, write, flush, finish, not 'noon'"),
            WrongLine(
                "option below its range", "SwiftOutputFilter Fixtures.Chop C batch=0",
                "option 'batch' must be from 1 to 1000000, not '0'"),
            WrongLine(
                "option above its range", "SwiftOutputFilter Fixtures.Chop C batch=1000001",
                "option 'batch' must be from 1 to 1000000, not '1000001'"),
            WrongLine(
                "option twice", "SwiftOutputFilter Fixtures.Chop C batch=1 batch=1",
                "option 'batch' is given twice: leave one of them out"),
            WrongLine(
                "word that is no option", "SwiftOutputFilter Fixtures.Chop C batch",
                "'batch' must be key=value"),
            WrongLine(
                "quote that is not closed", "SwiftOutputFilter Fixtures.Chop C batch=\"1",
                "a quote is not closed: add \" at the end of the argument"),
            WrongLine(
                "unknown option of a protocol", "<VirtualHost *:1>\nSwiftProtocol Echo.Echo a=b\n</VirtualHost>",
                "Echo.Echo: there is no option 'a': choose from mode, maximum, handshake, firstbyte, idle, frame, "
            ).at(line: 2),
            WrongLine(
                "rule of a plugin's own directive", "Replace \"s/a/b/q\"",
                "'q' is not a flag of a rule: n, i, m, s, x, 1 and e are"),
        ]

        static let places = [
            WrongLine(
                "filter in a virtual host", "<VirtualHost *:1>\nSwiftOutputFilter Shout.Upper LOUD\n</VirtualHost>",
                "SwiftOutputFilter: stands for the whole server: move it out of the section or virtual host"
            ).at(line: 2),
            WrongLine(
                "input filter in a virtual host",
                "<VirtualHost *:1>\nSwiftInputFilter Shout.UpperBody LOUD\n</VirtualHost>",
                "SwiftInputFilter: stands for the whole server: move it out of the section or virtual host"
            ).at(line: 2),
            WrongLine(
                "protocol in a section", "<Location /a>\nSwiftProtocol Echo.Echo\n</Location>",
                "SwiftProtocol not allowed in <Location> context"
            ).at(line: 2),
            WrongLine(
                "two protocols in one host",
                "<VirtualHost *:1>\nSwiftProtocol Echo.Echo\nSwiftProtocol Echo.Echo\n</VirtualHost>",
                "this host already has a protocol: keep one SwiftProtocol line"
            ).at(line: 3),
            WrongLine("no plugin", "SwiftPlugin", "SwiftPlugin: takes the name or the path of one plugin"),
            WrongLine("two plugins", "SwiftPlugin Echo Echo", "SwiftPlugin: takes the name or the path of one plugin"),
            WrongLine("no folder", "SwiftPluginPath", "SwiftPluginPath: takes at least one folder"),
            WrongLine(
                "folder without a name", "SwiftPluginPath @ROOT@ \"\"",
                "SwiftPluginPath: a folder's name is empty: leave it out, or name a folder"),
            WrongLine(
                "plugin without a name", "SwiftPlugin \"\"", "SwiftPlugin: takes the name or the path of one plugin"),
            WrongLine(
                "folder that is not there", "SwiftPluginPath @ROOT@ @ROOT@/nonesuch",
                "/nonesuch does not exist: check the path, or make the folder first"),
            WrongLine(
                "folder that is a file", "SwiftPluginPath @ROOT@/bad.conf",
                "/bad.conf is not a folder: name the folder that the plugin is in, or use SwiftPlugin path"),
            WrongLine(
                "folder below a file", "SwiftPluginPath bad.conf/plugins",
                "/bad.conf/plugins does not exist: check the path, or make the folder first"),
            WrongLine(
                "filter without a NAME", "SwiftOutputFilter Shout.Upper",
                "SwiftOutputFilter: takes Plugin.implementation, a NAME and key=value options"),
            WrongLine(
                "filter without anything", "SwiftInputFilter",
                "SwiftInputFilter: takes Plugin.implementation, a NAME and key=value options"),
            WrongLine(
                "protocol without anything", "<VirtualHost *:1>\nSwiftProtocol\n</VirtualHost>",
                "SwiftProtocol: takes Plugin.implementation and key=value options"
            ).at(line: 2),
            WrongLine(
                "no handler", "SwiftHandler", "SwiftHandler: takes at least one handler, as Plugin.name"),
            WrongLine("no option", "SwiftOption", "SwiftOption: takes a key and a value"),
            WrongLine(
                "option of three words", "SwiftOption a b c",
                "or a key alone to remove it: quote values with spaces"),
        ]

        /// Wrong only together with other lines.
        static let wholes = [
            WrongLine(
                "SetHandler swift, and no SwiftHandler anywhere", "<Location /a>\nSetHandler swift\n</Location>",
                "SetHandler: the handler swift needs a SwiftHandler, and there is none: add the line "
                    + "'SwiftHandler Plugin.name' to the section"
            ).at(line: 2),
            WrongLine(
                "AddHandler swift, and an .htaccess file may not bring a SwiftHandler",
                "<Directory \"@DOCROOT@\">\nAllowOverride Limit AuthConfig\nAddHandler swift .hello\n</Directory>",
                "AddHandler: the handler swift needs a SwiftHandler, and there is none"
            ).at(line: 3),
            WrongLine(
                "mod_filter's own filter of a bound NAME", "FilterDeclare shout",
                "FilterDeclare: the NAME shout is already bound to Shout.Upper by SwiftOutputFilter: choose another "
                    + "name here, and name shout as its provider in FilterProvider"),
            WrongLine(
                "a NAME that is bound after mod_filter declared it",
                "FilterDeclare LATE\nSwiftOutputFilter Shout.Upper LATE",
                "FilterDeclare: the NAME LATE is already bound to Shout.Upper by SwiftOutputFilter"),
            WrongLine(
                "mod_filter's own filter, declared by its first provider",
                "<Location /a>\nFilterProvider SHOUT PASS \"true\"\n</Location>",
                "FilterProvider: the NAME SHOUT is already bound to Shout.Upper by SwiftOutputFilter"
            ).at(line: 2),
            WrongLine(
                "NAME that another module takes over",
                "# Bound first.\nSwiftOutputFilter Rewriting.Replace Late\n"
                    + "ExtFilterDefine LATE mode=output cmd=\"/bin/cat\"",
                "SwiftOutputFilter: the NAME Late, bound to Rewriting.Replace here, is taken over by another module's "
                    + "filter further on, which would run instead: choose another NAME for one of them"
            ).at(line: 2),
            WrongLine(
                "NAME of an input filter that another module takes over",
                "SwiftInputFilter Shout.UpperBody LATE\nExtFilterDefine late mode=input cmd=\"/bin/cat\"",
                "SwiftInputFilter: the NAME LATE, bound to Shout.UpperBody here, is taken over by another module's"),
            WrongLine(
                "protocol in the second host of an address",
                """
                <VirtualHost *:1>
                ServerName first
                </VirtualHost>
                <VirtualHost *:1>
                ServerName second
                SwiftProtocol Echo.Echo
                </VirtualHost>
                """, "SwiftProtocol: *:1 speaks what its first virtual host says, and that is the one on line 1 of "
            ).at(line: 6),
            WrongLine(
                "protocol in a host that is the second of one of its addresses",
                """
                <VirtualHost 127.0.0.1:1>
                </VirtualHost>
                <VirtualHost 127.0.0.1:2 127.0.0.1:1>
                SwiftProtocol Echo.Echo
                </VirtualHost>
                """, "bad.conf: move SwiftProtocol there, or give this host a port of its own"
            ).at(line: 4),
            WrongLine(
                "PROXY header of a protocol that clients choose",
                "<VirtualHost *:1>\nProtocols echo http/1.1\nSwiftProtocol Echo.Echo proxy=on\n</VirtualHost>",
                "leave proxy=on out, or give the protocol a port of its own"
            ).at(line: 3),
            WrongLine(
                "PROXY header of a protocol that clients choose in the second host of an address",
                """
                <VirtualHost *:1>
                </VirtualHost>
                <VirtualHost *:1>
                Protocols echo
                SwiftProtocol Echo.Echo proxy=on
                </VirtualHost>
                """, "leave proxy=on out, or give the protocol a port of its own"
            ).at(line: 5),
        ]

        @Test("References and names", arguments: references)
        func refusesWrongReferences(_ wrong: WrongLine) throws { try wrong.check() }

        @Test("Options", arguments: options)
        func refusesWrongOptions(_ wrong: WrongLine) throws { try wrong.check() }

        @Test("Places and numbers of arguments", arguments: places)
        func refusesWrongPlaces(_ wrong: WrongLine) throws { try wrong.check() }

        @Test("What is wrong only as a whole", arguments: wholes)
        func refusesWrongWholes(_ wrong: WrongLine) throws { try wrong.check(modules: ["filter", "ext_filter"]) }

        @Test(
            "What looks like it and is right passes",
            arguments: [
                "SetHandler swift\nSwiftHandler Shout.Hello",
                "<Location /a>\nSetHandler swift\n</Location>\n<Location /b>\nSwiftHandler Shout.Hello\n</Location>",
                "<Directory \"@DOCROOT@\">\nAllowOverride FileInfo\nSetHandler swift\n</Directory>",
                "<Directory \"@DOCROOT@\">\nAllowOverrideList SwiftHandler\nSetHandler swift\n</Directory>",
                "FilterDeclare loud\nFilterProvider loud SHOUT \"true\"\nFilterChain loud",
                "FilterDeclare SHOUT\nFilterProvider SHOUT shout \"true\"\nFilterChain SHOUT",
                "<VirtualHost *:1>\nSwiftProtocol Echo.Echo\n</VirtualHost>\n<VirtualHost *:1>\n</VirtualHost>",
                "<VirtualHost *:1>\n</VirtualHost>\n<VirtualHost 127.0.0.1:1>\nSwiftProtocol Echo.Echo\n</VirtualHost>",
                "<VirtualHost *:1>\n</VirtualHost>\n<VirtualHost *:2>\nSwiftProtocol Echo.Echo\n</VirtualHost>",
                // A name is a filter's in each direction.
                "SwiftOutputFilter Shout.Upper LATE\nExtFilterDefine LATE mode=input cmd=\"/bin/cat\"",
                "SwiftPluginPath @ROOT@ .",
                "<IfModule !mod_swift.c>\nNonesuch\n</IfModule>",
            ])
        func allowsRightWholes(_ directives: String) throws {
            let (status, output) = try HTTPDProcess.configtest(
                HTTPDConfiguration(extraModules: ["filter", "ext_filter"], directives: Plugins.all + directives + "\n"))
            #expect(status == 0, "\(output)")
        }

        @Test("The right configuration, all plugins in it, passes")
        func right() throws {
            let (status, output) = try HTTPDProcess.configtest(HTTPDConfiguration(directives: Plugins.all))
            #expect(status == 0, "\(output)")
            #expect(output.contains("Syntax OK"))
        }
    }
}

extension WrongLine {
    /// The same, to be blamed on another line.
    func at(line: Int) -> WrongLine { WrongLine(name, line: line, directives, sentence) }
}
