// SPDX-License-Identifier: Apache-2.0

import HTTPDTesting

/// Who replaces text in pages, and how each is told what.
enum ReplacePeer: String {
    case none = "no filter"
    case replace = "REPLACE"
    case substitute = "mod_substitute"
    case sed = "mod_sed"
    case subFilter = "nginx sub_filter"
    case subFilterSendfile = "nginx sub_filter, sendfile on"
    case subsFilter = "nginx subs_filter"

    /// Where the page comes from.
    enum Source: String {
        case file = "a file"
        /// httpd only.
        case handler = "a handler, whole"
    }

    /// What is not like for like.
    static let notes = [
        "mod_substitute, mod_sed and subs_filter look at one line at a time; a page with long lines costs them more.",
        "mod_substitute, mod_sed and subs_filter apply one rule after the other; sub_filter all at once.",
        "sub_filter takes capitals for small letters; the page has none that matter. With sendfile, Debian's default, "
            + "it sends each piece between two hits by a system call of its own; it is measured without.",
        "mod_sed has no literal rules, and basic regular expressions of its own instead of PCRE.",
    ]

    /// Starts a server with one worker process.
    func start(
        _ rules: ReplaceRules, _ source: Source, _ libraries: Libraries, _ documents: [String: [UInt8]]
    ) throws -> any PageServer {
        switch self {
        case .subFilter, .subFilterSendfile, .subsFilter: try NginxServer(directives(rules), documents: documents)
        default: try peer(rules, libraries, [], source).start(documents, children: 1)
        }
    }

    /// httpd with this filter.
    func peer(_ rules: ReplaceRules, _ libraries: Libraries, _ expected: [UInt8], _ source: Source = .file) -> Peer {
        let handler =
            source == .file ? "" : "LoadModule bench_filters_module \"\(libraries.cFilters)\"\nSetHandler bench-page\n"
        let filter =
            switch self {
            case .replace:
                libraries.load(plugin: libraries.modules + "/libRewriting.so")
                    + "SwiftOutputFilter Rewriting.Replace REPLACE\nSetOutputFilter REPLACE\n"
            case .substitute: "SetOutputFilter SUBSTITUTE\nSubstituteMaxLineLength 128m\n"
            case .sed: "SetOutputFilter Sed\n"
            default: ""
            }
        let modules: [ReplacePeer: [String]] = [.substitute: ["filter", "substitute"], .sed: ["filter", "sed"]]
        let lines = (handler + filter).split(separator: "\n")
        let global = ["LoadModule", "SwiftPlugin", "SwiftOutputFilter"]
        let (main, local) = (
            lines.filter { line in global.contains { line.hasPrefix($0) } },
            lines.filter { line in !global.contains { line.hasPrefix($0) } }
        )
        return Peer(
            name: rawValue, modules: modules[self] ?? [],
            directives: (main + ["<Location \"/\">"] + local).joined(separator: "\n") + "\n" + directives(rules)
                + "</Location>\n",
            expected: expected)
    }

    /// The rules in the language of this peer.
    private func directives(_ rules: ReplaceRules) -> String {
        let lines =
            switch rules {
            case .literals(let pairs): pairs.map { literal($0.from, $0.to) }
            case .links: [links]
            }
        let head: [ReplacePeer: [String]] = [
            .subFilter: ["sendfile off;", "sub_filter_once off;"], .subFilterSendfile: ["sub_filter_once off;"],
        ]
        return ((head[self] ?? []) + lines).joined(separator: "\n") + "\n"
    }

    private func literal(_ from: String, _ to: String) -> String {
        switch self {
        case .none: ""
        case .replace: "Replace \"s/\(from)/\(to)/n\""
        case .substitute: "Substitute \"s/\(from)/\(to)/n\""
        case .sed: "OutputSed \"s/\(from)/\(to)/g\""
        case .subFilter, .subFilterSendfile: "sub_filter '\(from)' '\(to)';"
        case .subsFilter: "subs_filter '\(from)' '\(to)' g;"
        }
    }

    private var links: String {
        switch self {
        case .none, .subFilter, .subFilterSendfile: ""
        case .replace: #"Replace 's|<a [^>]*href="([^"]*)"|<a href="/go?to=$1"|'"#
        case .substitute: #"Substitute 's|<a [^>]*href="([^"]*)"|<a href="/go?to=$1"|'"#
        case .sed: #"OutputSed 's|<a [^>]*href="\([^"]*\)"|<a href="/go?to=\1"|g'"#
        case .subsFilter: #"subs_filter '<a [^>]*href="([^"]*)"' '<a href="/go?to=$1"' gr;"#
        }
    }
}
