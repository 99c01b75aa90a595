// SPDX-License-Identifier: Apache-2.0

/// The parts of a run.
enum Section: String, CaseIterable {
    case passing, peers, instructions, replace, compress, html, memory, protocols, resp

    /// What the part measures.
    var title: String {
        switch self {
        case .passing: "filters that change nothing beside no filter"
        case .peers: "upper-casing beside the peers"
        case .instructions: "instructions per request, Swift beside C"
        case .replace: "REPLACE beside mod_substitute, mod_sed, sub_filter and subs_filter"
        case .compress: "COMPRESS beside mod_deflate and mod_brotli"
        case .html: "HTMLREWRITE beside mod_proxy_html and lol-html"
        case .protocols: "echo beside mod_echo, mod_python, mod_perl and SwiftNIO"
        case .resp: "GET and SET by redis-benchmark beside redis-server"
        case .memory: "peak memory of REPLACE and mod_substitute"
        }
    }
}

/// How long to measure.
struct Effort {
    /// Rounds of the peers, each of which runs every peer once.
    var rounds: Int
    /// Seconds of load in one round.
    var seconds: Double
    /// N: instructions are those of 2N requests less those of N.
    var requests: Int
    /// How often all servers are started anew where one or two per cent are to be told apart.
    var generations: Int

    static let full = Effort(rounds: 5, seconds: 1.5, requests: 100, generations: 16)
    static let quick = Effort(rounds: 3, seconds: 0.35, requests: 30, generations: 3)
}

/// What the command line asks for.
struct Options {
    var effort = Effort.full
    var markdown = false
    var check = false
    var help = false
    var sections = Set(Section.allCases)

    static let usage = """
        usage: bench [--quick] [--markdown] [--check] [SECTION...]
          --quick     shorter rounds: a glance, not a measurement
          --markdown  tables for a web page
          --check     exit with status 1 when a target is missed
        sections (all by default):
        \(Section.allCases.map { "  \($0.rawValue): \($0.title)" }.joined(separator: "\n"))
        """

    init(_ arguments: [String]) throws {
        var named: Set<Section> = []
        for argument in arguments {
            switch argument {
            case "--quick": effort = .quick
            case "--markdown": markdown = true
            case "--check": check = true
            case "--help", "-h": help = true
            default:
                guard let section = Section(rawValue: argument) else {
                    throw BenchError("'\(argument)' is unknown.\n\(Self.usage)")
                }
                named.insert(section)
            }
        }
        if !named.isEmpty { sections = named }
    }
}

/// Why there is nothing to report.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
