// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Runs another program to its end, with its input given and its output collected.
///
/// Output of any size is read while the program runs, so neither side can block the other.
public struct Command: Sendable {
    /// What a program left behind.
    public struct Result: Sendable {
        /// How it ended.
        public let exit: ProcessExit
        /// What it wrote to its standard output.
        public let output: [UInt8]
        /// What it wrote to its standard error output.
        public let errorOutput: [UInt8]
        /// How long it ran.
        public let duration: Duration

        /// Its exit status, or 128 plus the number of the signal that ended it.
        public var status: Int32 { exit.code }
        /// Its output as text.
        public var text: String { String(decoding: output, as: UTF8.self) }
        /// Its error output as text.
        public var errorText: String { String(decoding: errorOutput, as: UTF8.self) }
    }

    /// The program: a path, or a name to look up in `PATH`.
    public var program: String
    /// Its arguments, without its own name.
    public var arguments: [String]
    /// Bytes for its standard input, which then ends.
    public var input: [UInt8]
    /// Variables added to the inherited environment.
    public var environment: [String: String]
    /// The folder to run it in.
    public var directory: String?
    /// When to give up and kill it, with everything it started.
    public var timeout: Duration

    /// Describes a run of a program.
    public init(
        _ program: String,
        _ arguments: [String] = [],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        directory: String? = nil,
        timeout: Duration = .seconds(60)
    ) {
        self.program = program
        self.arguments = arguments
        self.input = input
        self.environment = environment
        self.directory = directory
        self.timeout = timeout
    }

    /// Runs it; a status other than 0 is a result, a program that cannot start or does not end is an error.
    public func run() throws(HTTPDTestError) -> Result {
        let start = ContinuousClock.now
        let input = try Descriptor.pipe()
        let output = try Descriptor.pipe()
        let errors = try Descriptor.pipe()
        let process = try Spawning(
            program: program, arguments: arguments, environment: environment, directory: directory,
            standardInput: input.reading.number, standardOutput: output.writing.number,
            standardError: errors.writing.number
        ).start()
        input.reading.close()
        output.writing.close()
        errors.writing.close()

        var pump = CommandPump(
            input: self.input, to: input.writing, output: output.reading, errors: errors.reading)
        let deadline = start + timeout
        let exit = pump.run(process, until: deadline) ? process.wait(atMost: deadline - ContinuousClock.now) : nil
        guard let exit else {
            process.sendToGroup(SIGKILL)
            _ = process.wait(atMost: .seconds(5))
            let tail = String(decoding: pump.errorBytes.suffix(2_000), as: UTF8.self)
            throw HTTPDTestError(.timeout, "\(self) did not end within \(timeout). Its error output: \(tail)")
        }
        return Result(
            exit: exit, output: pump.outputBytes, errorOutput: pump.errorBytes,
            duration: ContinuousClock.now - start)
    }
}

extension Command: CustomStringConvertible {
    /// The command line.
    public var description: String { ([program] + arguments).joined(separator: " ") }
}
