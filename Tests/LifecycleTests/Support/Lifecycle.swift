// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPDTesting
import Testing

/// Configuration, life-cycle and protocols of a real httpd, one test after the other: many of them measure time or
/// memory.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct Lifecycle {}

/// The plugins that the tests load, and where they are.
enum Plugins {
    /// `LoadModule` for mod_swift.
    static let module = "LoadModule swift_module \"@MODULES@/libmod_swift.so\"\n"

    static let shout = "\(examples)/Shout/.build/release/libShout.so"
    static let fixtures = "\(folder("SWIFT_HTTPD_FIXTURES", "/Tests/Fixtures/.build/release"))/libFixtures.so"
    /// Runs for every request.
    static let always = "\(folder("SWIFT_HTTPD_FIXTURES", "/Tests/Fixtures/.build/release"))/libAlways.so"
    /// Shares objects between children.
    static let sharing = "\(folder("SWIFT_HTTPD_FIXTURES", "/Tests/Fixtures/.build/release"))/libSharing.so"
    /// Sends messages between children.
    static let relay = "\(folder("SWIFT_HTTPD_FIXTURES", "/Tests/Fixtures/.build/release"))/libRelay.so"
    /// What `scripts/earlier-plugin.sh` built.
    static let earlier = folder("SWIFT_HTTPD_EARLIER", "/.build-earlier")
    static let whisper = "\(earlier)/libWhisper.so"
    static let nextWhisper = "\(earlier)/next/libWhisper.so"

    /// The package under test.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private static let examples = folder("SWIFT_HTTPD_EXAMPLES", "/Examples")

    private static func folder(_ variable: String, _ below: String) -> String {
        let set = ProcessInfo.processInfo.environment[variable] ?? ""
        return set.isEmpty ? package + below : set
    }

    /// A file's bytes; a test without the file fails.
    static func bytes(of path: String) throws -> [UInt8] {
        let data = try #require(
            FileManager.default.contents(atPath: path), "\(path) is not there: make test builds it")
        return Array(data)
    }

    /// The lines that load every plugin there is, and bind their filters.
    static let all = """
        \(module)SwiftPlugin Rewriting
        SwiftPlugin Echo
        SwiftPlugin "\(shout)"
        SwiftPlugin "\(fixtures)"
        SwiftOutputFilter Rewriting.Replace REPLACE
        SwiftOutputFilter Shout.Upper SHOUT
        SwiftInputFilter Shout.UpperBody SHOUT_BODY
        SwiftOutputFilter Fixtures.Chop CHOP size=1000 flush=on batch=3
        SwiftOutputFilter Fixtures.Pass PASS

        """

    /// Builds a tiny plugin in C, for tables that no toolkit would make; `body` stands in its entry function.
    /// With `seesHTTPD` it may include httpd's headers, as in `<apache2/httpd.h>`.
    static func tinyPlugin(named name: String, seesHTTPD: Bool = false, _ source: String) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.path + "/tiny-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let library = "\(folder)/lib\(name).so"
        let flags = seesHTTPD ? try Command("pkg-config", ["--cflags", "apr-1"]).run().text : ""
        let words = flags.split(whereSeparator: \.isWhitespace).map(String.init)
        let result = try Command(
            "cc",
            ["-shared", "-fPIC", "-o", library, "-I", "\(package)/Sources/CPlugin/include"] + words + ["-x", "c", "-"],
            input: Array(("#include \"CPlugin.h\"\n" + source).utf8)
        ).run()
        try #require(result.status == 0, "\(result.errorText)")
        return try bytes(of: library)
    }
}

/// Text that differs everywhere, so that bytes which got lost, doubled or mixed up show.
func numberedLines(_ count: Int) -> [UInt8] {
    var text: [UInt8] = []
    for number in 0..<count { text += "line \(number) of Some mixed Text, tea and Tea\n".utf8 }
    return text
}

/// ASCII small letters as capitals, or the other way.
func recased(_ bytes: [UInt8], _ letters: ClosedRange<UInt8>) -> [UInt8] {
    bytes.map { letters.contains($0) ? $0 ^ 0x20 : $0 }
}
let smallLetters = UInt8(ascii: "a")...UInt8(ascii: "z")
let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")

/// Collects what goes wrong on several threads.
final class Findings: @unchecked Sendable {
    private let lock = NSLock()
    private var storedProblems: [String] = []
    private var counts: [String: Int] = [:]

    var problems: [String] { lock.withLock { storedProblems } }

    func add(_ problem: String) { lock.withLock { storedProblems.append(problem) } }
    func count(_ what: String) { lock.withLock { counts[what, default: 0] += 1 } }
    func count(of what: String) -> Int { lock.withLock { counts[what] ?? 0 } }
}

/// Threads that run until they return, or until told to stop.
final class Crew: @unchecked Sendable {
    private let condition = NSCondition()
    private var running = 0
    private var isStopped = false

    let findings = Findings()

    /// Whether the threads should go on.
    var goesOn: Bool { condition.withLock { !isStopped } }

    /// Starts a thread; what it throws is a problem.
    func start(_ body: @escaping @Sendable (Crew) throws -> Void) {
        condition.withLock { running += 1 }
        let thread = Thread {
            do { try body(self) } catch { self.findings.add("\(error)") }
            self.condition.withLock {
                self.running -= 1
                self.condition.broadcast()
            }
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Tells the threads to stop.
    func stop() { condition.withLock { isStopped = true } }

    /// Waits for the threads to end.
    func wait(atMost seconds: Double = 60) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while running > 0 {
            guard condition.wait(until: deadline) else {
                throw HTTPDTestError(.timeout, "\(running) threads did not end within \(seconds) s")
            }
        }
    }
}

/// Puts a file in the place of another, as an installation does.
func replaceFile(at path: String, with bytes: [UInt8]) throws {
    let fresh = path + ".new"
    try Data(bytes).write(to: URL(fileURLWithPath: fresh))
    // SAFETY: both paths are only read.
    try #require(unsafe rename(fresh, path) == 0)
}

/// Soak tests run when SWIFT_HTTPD_SOAK is 1.
let soaks = ProcessInfo.processInfo.environment["SWIFT_HTTPD_SOAK"] == "1"
