// SPDX-License-Identifier: Apache-2.0
import FuzzDecoding
import FuzzSupport
import HTTPD
import HTTPDTesting
import RESPEngine

/// However a stream is cut, the commands and problems are the same, within the limits; what a command's arguments were
/// sent as can be sent again; and nothing is found behind a problem.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let flags = input.byte()
    let run = DecoderRun(flags)
    var limits = RESPLimits()
    if flags & 8 != 0 {
        limits.inlineLength = 24
        limits.bulkLength = 40
        limits.arguments = 6
        limits.commandLength = 96
        limits.nesting = Int(flags >> 6) + 1
    }
    let isAuthenticated = flags & 16 == 0
    let cuts = input.cuts()
    let pieces = input.remaining(cutAt: cuts)
    let stream = Array(pieces.joined())

    let whole = found(in: [stream], limits, isAuthenticated)
    let cut = found(in: pieces, limits, isAuthenticated)
    if whole != cut { finding("\(whole) whole, \(cut) in \(pieces)") }
    if stream.count < 512, found(in: stream.map { [$0] }, limits, isAuthenticated) != whole {
        finding("\(whole) whole, not so byte by byte")
    }
    if whole.dropLast().contains(where: \.isProblem) { finding("commands behind a problem: \(whole)") }
    for command in whole { sendAgain(command, limits) }

    var decoder = RESPDecoder(limits)
    decoder.isAuthenticated = isAuthenticated
    do {
        _ = try run.decode(pieces, with: decoder)
    } catch {
        finding("\(run), \(pieces): \(error.problem)")
    }
    return 0
}

private struct Found: Equatable {
    var content: RESPDecoder.Content
    var arguments: [[UInt8]]

    var isProblem: Bool { if case .problem = content { true } else { false } }
}

private func found(in pieces: [[UInt8]], _ limits: RESPLimits, _ isAuthenticated: Bool) -> [Found] {
    var decoder = RESPDecoder(limits)
    decoder.isAuthenticated = isAuthenticated
    var result: [Found] = []
    var held: [UInt8] = []
    for piece in pieces {
        held += piece
        var start = 0
        loop: while true {
            let rest = held.span.extracting(start..<held.count)
            switch decoder.decode(rest) {
            case .incomplete: break loop
            case .overlong(let length, _):
                if result.last?.isProblem != true { finding("an overlong frame without a problem") }
                start += length
            case .frame(_, let length):
                var copies: [[UInt8]] = []
                let arguments = decoder.arguments(of: rest)
                for index in 0..<arguments.count { copies.append(copy(arguments[index])) }
                check(decoder.content, copies, length, limits)
                result.append(Found(content: decoder.content, arguments: copies))
                start += length
            }
        }
        held.removeFirst(start)
    }
    return result
}

private func check(_ content: RESPDecoder.Content, _ arguments: [[UInt8]], _ length: Int, _ limits: RESPLimits) {
    if (content == .command) == arguments.isEmpty { finding("\(content) with \(arguments.count) arguments") }
    if arguments.count > limits.arguments { finding("\(arguments.count) arguments") }
    if arguments.contains(where: { $0.count > max(limits.bulkLength, limits.inlineLength) }) {
        finding("an argument is too long")
    }
    if length > max(limits.commandLength, limits.inlineLength + 1) { finding("a frame of \(length) bytes") }
}

/// A command that was understood is the same when it is sent as an array.
private func sendAgain(_ command: Found, _ limits: RESPLimits) {
    guard command.content == .command else { return }
    var writer = ReplyWriter()
    writer.array(command.arguments.count)
    for argument in command.arguments { writer.bulk(argument.span) }
    let bytes = copy(writer.bytes)
    var wide = limits
    wide.commandLength = bytes.count + 64
    wide.bulkLength = max(limits.bulkLength, limits.inlineLength)
    if found(in: [bytes], wide, true) != [command] { finding("\(command.arguments) is not the same when sent again") }
}

private func copy(_ bytes: Span<UInt8>) -> [UInt8] { bytes.indices.map { bytes[$0] } }
