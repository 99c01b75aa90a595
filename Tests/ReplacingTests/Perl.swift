// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting

/// What `perl -0777 -pe` makes of inputs.
enum Perl {
    /// A rule and what it is applied to.
    struct Case: CustomStringConvertible {
        var pattern: String
        var replacement: String
        /// Perl's flags, without `g`.
        var flags: String
        var input: [UInt8]

        var description: String {
            "s/\(pattern)/\(replacement)/\(flags) on \(String(decoding: input, as: UTF8.self).debugDescription)"
        }
    }

    /// One perl for all cases: each is two lines for a program that evaluates the rule, with `g`, on the input. `nil` where
    /// Perl takes too long or finds the rule wrong.
    private static let program = #"""
        use strict; no warnings;
        binmode STDIN; binmode STDOUT;
        while (my $line = <STDIN>) {
            chomp $line;
            my ($rule, $input) = map { pack "H*", $_ } split /,/, $line, -1;
            local $_ = $input;
            my $done = eval { local $SIG{ALRM} = sub { die }; alarm 5; my $r = eval "$rule; 1"; alarm 0; $r };
            print $done ? "=" . unpack("H*", $_) . "\n" : "!\n";
        }
        """#

    static func results(_ cases: [Case], once: Bool = false) throws -> [[UInt8]?] {
        let lines = cases.map { test in
            let rule = "s/\(test.pattern)/\(test.replacement)/\(test.flags)\(once ? "" : "g")"
            return "\(hex(Array(rule.utf8))),\(hex(test.input))\n"
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/perl")
        process.arguments = ["-e", program]
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("perl-\(UUID().uuidString)")
        try Data(lines.joined().utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let results = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard results.count == cases.count else { throw PerlError(answers: results.count, cases: cases.count) }
        return results.map { $0.first == "=" ? bytes(hex: $0.dropFirst()) : nil }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(hex: Substring) -> [UInt8] {
        let digits = hex.utf8.map { $0 <= 57 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

struct PerlError: Error {
    var answers: Int
    var cases: Int
}
