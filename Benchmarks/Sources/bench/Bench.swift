// SPDX-License-Identifier: Apache-2.0

import Foundation

/// `bench`: measures this project beside its peers, in one run, and tells which of its targets are met.
@main
enum Bench {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            if options.help { return print(Options.usage) }
            let report = try run(options)
            print(options.markdown ? report.markdown : report.text)
            if options.check, !report.meetsAllTargets { exit(1) }
        } catch {
            FileHandle.standardError.write(Data("bench: \(error)\n".utf8))
            exit(2)
        }
    }

    private static func run(_ options: Options) throws -> Report {
        let start = ContinuousClock.now
        let libraries = try Libraries.find()
        var report = Report()
        for section in Section.allCases where options.sections.contains(section) {
            Progress.say("\(section.rawValue): \(section.title)")
            switch section {
            case .passing: report.tables.append(try PassingBenchmark(libraries, options.effort).run())
            case .peers: report.tables.append(try PeerBenchmark(libraries, options.effort).run())
            case .instructions: report.tables.append(try InstructionBenchmark(libraries, options.effort).run())
            case .replace: report.tables += try ReplaceBenchmark(libraries, options.effort).run()
            case .compress: report.tables += try CompressionBenchmark(libraries, options.effort).run()
            case .html: report.tables += try HTMLRewriteBenchmark(libraries, options.effort).run()
            case .protocols: report.tables += try ProtocolBenchmark(libraries, options.effort).run()
            case .resp: report.tables += try RESPBenchmark(libraries, options.effort).run()
            case .memory: report.tables.append(try MemoryBenchmark(libraries, options.effort).run())
            }
        }
        report.duration = ContinuousClock.now - start
        return report
    }
}

/// Tells the one who waits what is being done; the figures go to the standard output alone.
enum Progress {
    static func say(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
