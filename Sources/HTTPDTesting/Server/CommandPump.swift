// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Moves bytes to and from a program until it has closed its outputs.
struct CommandPump {
    private(set) var outputBytes: [UInt8] = []
    private(set) var errorBytes: [UInt8] = []

    private let input: [UInt8]
    private var written = 0
    private let inputEnd: Descriptor
    private let outputEnd: Descriptor
    private let errorEnd: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init(input: [UInt8], to inputEnd: Descriptor, output: Descriptor, errors: Descriptor) {
        self.input = input
        self.inputEnd = inputEnd
        self.outputEnd = output
        self.errorEnd = errors
        for end in [inputEnd, output, errors] { end.setNonBlocking() }
        if input.isEmpty { inputEnd.close() }
    }

    /// Runs until both outputs have ended; false when the time ran out.
    ///
    /// A program may leave a process of its own behind that holds the outputs: when the program has ended and
    /// nothing more comes, that is the end too.
    mutating func run(_ process: ChildProcess, until deadline: ContinuousClock.Instant) -> Bool {
        while outputEnd.number >= 0 || errorEnd.number >= 0 {
            guard ContinuousClock.now < deadline else { return false }
            // A negative number makes poll skip the entry.
            var entries = [
                pollfd(fd: inputEnd.number, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: outputEnd.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errorEnd.number, events: Int16(POLLIN), revents: 0),
            ]
            if Descriptor.poll(&entries, milliseconds: 100) {
                if entries[0].revents != 0 { feed() }
                if entries[1].revents != 0 { Self.drain(outputEnd, into: &outputBytes, &buffer) }
                if entries[2].revents != 0 { Self.drain(errorEnd, into: &errorBytes, &buffer) }
            } else if process.exit() != nil {
                break
            }
        }
        inputEnd.close()
        return true
    }

    private mutating func feed() {
        switch inputEnd.write(input, from: written) {
        case .moved(let count):
            written += count
            if written == input.count { inputEnd.close() }
        case .wouldBlock: break
        case .ended, .failed: inputEnd.close()
        }
    }

    private static func drain(_ end: Descriptor, into bytes: inout [UInt8], _ buffer: inout [UInt8]) {
        switch end.read(into: &buffer) {
        case .moved(let count): bytes += buffer[..<count]
        case .wouldBlock: break
        case .ended, .failed: end.close()
        }
    }
}
