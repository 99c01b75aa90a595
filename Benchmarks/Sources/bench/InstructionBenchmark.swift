// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPDTesting

/// Instructions per request, counted by valgrind on one worker: what 2N requests cost more than N.
struct InstructionBenchmark {
    private let libraries: Libraries
    private let effort: Effort

    private struct Contestant {
        var name: String
        var directives: String
        /// The one in C that does the same.
        var model: Int?
    }

    init(_ libraries: Libraries, _ effort: Effort) {
        self.libraries = libraries
        self.effort = effort
    }

    private static func contestants(_ libraries: Libraries) -> [Contestant] {
        let c = "LoadModule bench_filters_module \"\(libraries.cFilters)\"\nSetOutputFilter "
        let swift = libraries.swiftFilters
        return [
            Contestant(name: "no filter", directives: ""),
            Contestant(name: "C, passes brigades on", directives: c + "C_PASS\n"),
            Contestant(
                name: "Swift, passes brigades on", directives: libraries.filter("BenchFilters.Pass", plugin: swift),
                model: 1),
            Contestant(name: "C, reads each bucket and moves it on", directives: c + "C_READ\n"),
            Contestant(
                name: "Swift, reads each bucket and moves it on",
                directives: libraries.filter("BenchFilters.Read", plugin: swift), model: 3),
            Contestant(
                name: "Swift, keeps all bytes", directives: libraries.filter("BenchFilters.Keep", plugin: swift),
                model: 3),
        ]
    }

    func run() throws -> Table {
        let folder = FileManager.default.temporaryDirectory.path + "/bench-modules-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let all = Self.contestants(try libraries.stripped(into: folder))
        var counts: [Double] = []
        for contestant in all {
            counts.append(try perRequest(contestant.directives))
        }
        var table = Table(
            title: "Instructions per request, 240 KB page (callgrind, prefork -X; 2N requests less N, "
                + "N = \(effort.requests))",
            columns: ["", "instructions", "above no filter", "above C"])
        for (contestant, count) in zip(all, counts) {
            var cells = [contestant.name, count.text(0), "\((count - counts[0]).text(0))"]
            guard let model = contestant.model else {
                table.rows.append(Row(cells + [""]))
                continue
            }
            let percent = (count / counts[model] - 1) * 100
            cells.append(percent.text(2) + " %")
            table.rows.append(Row(cells, .atMost(5, "≤ 5 % above C"), percent))
        }
        return table
    }

    /// Both counts at once, on a core each.
    private func perRequest(_ directives: String) throws -> Double {
        let once = try CountedServer(directives)
        let twice = try CountedServer(directives)
        try once.serve(effort.requests)
        try twice.serve(effort.requests * 2)
        let difference = try twice.count() - once.count()
        return difference / Double(effort.requests)
    }
}
