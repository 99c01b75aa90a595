// SPDX-License-Identifier: Apache-2.0
import BasicContainers
public import Streaming

/// Cuts what a client sends into commands: arrays of bulk strings, and inline commands.
///
/// A frame is one command on the wire; ``content`` says what it is, ``arguments(of:)`` lends what it consists of.
/// Nothing is allocated per command, and nothing is reserved for what a client merely announces.
///
/// After a ``Content/problem(_:)`` the stream has no meaning any more: the reply is the last, and whatever the client
/// still sends is dropped as one overlong frame.
public struct RESPDecoder: FrameDecoder, ~Copyable, Sendable {
    /// What the frame is that was decoded last.
    public enum Content: Equatable, Sendable {
        /// A command with at least one argument.
        case command
        /// `*0`, `*-1` or a blank line: there is no reply to it.
        case empty
        /// A command that was understood as far as it goes, and cannot be run: an error reply, and nothing else.
        case refused(ProtocolProblem)
        /// No command: an error reply, and the connection is closed.
        case problem(ProtocolProblem)
    }

    private enum Phase {
        case between, line, count, arguments, closed(hasDropped: Bool)
    }

    private let limits: RESPLimits
    /// Whether the client may send long commands: until it has authenticated, Redis takes ten arguments of 16,384 bytes.
    public var isAuthenticated = true
    /// What the frame is that was decoded last.
    public private(set) var content = Content.empty

    private var phase = Phase.between
    /// Where the next header or argument starts.
    private var position = 0
    /// How far the end of a line or header was looked for.
    private var scanned = 0
    /// The arguments still to come at the present depth.
    private var pending = 0
    /// The length of the argument at `position`, once its header is read.
    private var bulk = -1
    /// What is still to come around each nested array.
    private var outer: [Int] = []
    private var hasNested = false

    private var ranges = UniqueArray<ArgumentRange>()
    /// The arguments of an inline command with quotes: unescaped, they are nowhere in the frame.
    private var unescaped = UniqueArray<UInt8>()
    private var isUnescaped = false

    /// A decoder for one connection, for a client that need not authenticate.
    ///
    /// - Parameter limits: What the client may send; the command length is held to 64…2²⁹ and the others to less.
    public init(_ limits: RESPLimits = RESPLimits()) {
        self.limits = limits.held
    }

    /// The longest command, or the longest line.
    public var maximumFrameLength: Int { max(limits.commandLength, limits.inlineLength &+ 1) }

    /// The arguments of the command that was just decoded; none unless ``content`` is ``Content/command``.
    ///
    /// - Parameter frame: The bytes of the frame as they were before the decoder, from its first one.
    @_lifetime(borrow self, copy frame)
    public borrowing func arguments(of frame: Span<UInt8>) -> Arguments {
        Arguments(isUnescaped ? unescaped.span : frame, ranges.span)
    }

    /// Looks for the next command. Never throws.
    public mutating func decode(_ bytes: Span<UInt8>) -> Decoding {
        switch phase {
        case .between:
            guard !bytes.isEmpty else { return .incomplete }
            forget()
            if bytes[0] == UInt8(ascii: "*") {
                phase = .count
                return decodeCount(bytes)
            }
            phase = .line
            return decodeLine(bytes)
        case .line: return decodeLine(bytes)
        case .count: return decodeCount(bytes)
        case .arguments: return decodeArguments(bytes)
        case .closed(let hasDropped):
            guard !bytes.isEmpty else { return .incomplete }
            phase = .closed(hasDropped: true)
            return .overlong(length: bytes.count, isFirst: !hasDropped)
        }
    }

    /// A buffer that one long command made large is given back.
    private static let keptRanges = 1024
    private static let keptUnescaped = 4096

    /// Starts over behind the last frame.
    private mutating func forget() {
        position = 0
        scanned = 0
        if ranges.capacity > Self.keptRanges {
            ranges = UniqueArray(minimumCapacity: 8)
        } else {
            ranges.removeAll(keepingCapacity: true)
        }
        if isUnescaped {
            isUnescaped = false
            if unescaped.capacity > Self.keptUnescaped {
                unescaped = UniqueArray()
            } else {
                unescaped.removeAll(keepingCapacity: true)
            }
        }
    }

    /// The frame that ends at `end`.
    private mutating func finish(_ content: Content, _ end: Int) -> Decoding {
        self.content = content
        if case .command = content {} else { ranges.removeAll(keepingCapacity: true) }
        if case .problem = content { phase = .closed(hasDropped: false) } else { phase = .between }
        return .frame(payload: 0..<end, length: end)
    }

    // MARK: Inline commands

    private mutating func decodeLine(_ bytes: Span<UInt8>) -> Decoding {
        let bound = min(bytes.count, limits.inlineLength &+ 1)
        var index = scanned
        while index < bound, bytes[index] != UInt8(ascii: "\n") { index &+= 1 }
        scanned = index
        guard index < bound else {
            return index > limits.inlineLength ? finish(.problem(.tooBigInlineRequest), index) : .incomplete
        }
        let end = index > 0 && bytes[index &- 1] == UInt8(ascii: "\r") ? index &- 1 : index
        let split = InlineArguments.split(
            bytes.extracting(first: end), most: limits.arguments, into: &ranges, unescaped: &unescaped)
        switch split {
        case .inPlace: return finish(ranges.isEmpty ? .empty : .command, index &+ 1)
        case .unescaped:
            isUnescaped = true
            return finish(ranges.isEmpty ? .empty : .command, index &+ 1)
        case .unbalanced: return finish(.problem(.unbalancedQuotes), index &+ 1)
        case .tooMany: return finish(.problem(.tooManyInlineArguments), index &+ 1)
        }
    }

    // MARK: Arrays

    /// What is found where a count or a length starts.
    private enum Header {
        case incomplete
        /// A number, or none that Redis takes, and where the header ends.
        case number(Int64?, end: Int)
        /// It goes on beyond what a header may have: the bytes up to `end` say so.
        case overlong(isCommand: Bool, end: Int)
    }

    /// Reads the number behind the marker at `position`. As in Redis, it ends at the first CR; what follows the CR is one
    /// byte, which may be any.
    @inline(never)
    private mutating func header(_ bytes: Span<UInt8>) -> Header {
        let start = position
        // The CR and the byte behind it are within the command.
        let window = min(start &+ limits.inlineLength &+ 1, limits.commandLength &- 1)
        let bound = min(bytes.count, window)
        var index = max(scanned, start)
        while index < bound, bytes[index] != UInt8(ascii: "\r") { index &+= 1 }
        scanned = index
        guard index < bound else {
            guard bytes.count >= window else { return .incomplete }
            return .overlong(isCommand: window == limits.commandLength &- 1, end: max(window, start))
        }
        guard index &+ 2 <= bytes.count else { return .incomplete }
        // A CR that comes at once leaves no number.
        let digits = min(start &+ 1, index)..<index
        return .number(RESPInteger.parse(bytes, digits), end: index &+ 2)
    }

    private mutating func decodeCount(_ bytes: Span<UInt8>) -> Decoding {
        bulk = -1
        hasNested = false
        // Nearly all are one digit.
        if bytes.count >= 4, bytes[2] == UInt8(ascii: "\r") {
            let count = Int(bytes[1] &- UInt8(ascii: "0"))
            if count > 0, count < 10, count <= limits.arguments {
                position = 4
                pending = count
                phase = .arguments
                return decodeArguments(bytes)
            }
        }
        switch header(bytes) {
        case .incomplete: return .incomplete
        case .overlong(let isCommand, let end):
            return finish(.problem(isCommand ? .tooBigCommand : .tooBigCountString), end)
        case .number(let number, let end):
            if let problem = problem(withCount: number) { return finish(.problem(problem), end) }
            position = end
            pending = Int(truncatingIfNeeded: max(number ?? 0, 0))
            guard pending > 0 else { return finish(.empty, end) }
            phase = .arguments
            return decodeArguments(bytes)
        }
    }

    private func problem(withCount number: Int64?) -> ProtocolProblem? {
        guard let number, number <= limits.arguments else { return .invalidCount }
        if number > RESPLimits.unauthenticatedArguments, !isAuthenticated { return .unauthenticatedCount }
        return nil
    }

    private mutating func decodeArguments(_ bytes: Span<UInt8>) -> Decoding {
        if bulk < 0, outer.isEmpty { takeWhole(bytes) }
        while true {
            if pending == 0 {
                guard let count = outer.popLast() else { break }
                pending = count
                continue
            }
            if bulk < 0 {
                switch header(bytes) {
                case .incomplete: return .incomplete
                case .overlong(let isCommand, let end):
                    return finish(.problem(isCommand ? .tooBigCommand : .tooBigLengthString), end)
                case .number(let number, let end):
                    guard bytes[position] == UInt8(ascii: "$") else {
                        if let problem = enterArray(bytes[position], number) { return finish(.problem(problem), end) }
                        position = end
                        continue
                    }
                    guard let number, number >= 0, number <= limits.bulkLength else {
                        return finish(.problem(.invalidLength), end)
                    }
                    if number > RESPLimits.unauthenticatedBulkLength, !isAuthenticated {
                        return finish(.problem(.unauthenticatedLength), end)
                    }
                    bulk = Int(truncatingIfNeeded: number)
                    guard end &+ bulk &+ 2 <= limits.commandLength else {
                        return finish(.problem(.tooBigCommand), end)
                    }
                    position = end
                }
            }
            // As in Redis, the two bytes behind an argument may be any.
            let next = position &+ bulk &+ 2
            guard next <= bytes.count else { return .incomplete }
            if outer.isEmpty { ranges.append(ArgumentRange(position, bulk)) }
            bulk = -1
            position = next
            pending &-= 1
        }
        return finish(hasNested ? .refused(.nestedArray) : .command, position)
    }

    /// Takes the arguments that have come whole, up to the first that is long or in any way unusual.
    private mutating func takeWhole(_ bytes: Span<UInt8>) {
        var next = position
        var left = pending
        let end = min(bytes.count, limits.commandLength)
        let longest = limits.bulkLength
        // Each has six bytes at least: room is made for what is there, not for what is announced.
        ranges.append(addingCount: min(left, max(end &- next, 0) / 6)) { output in
            while left > 0, end &- next >= 6, bytes[next] == UInt8(ascii: "$") {
                // Up to three digits, the first of which is no zero then.
                var index = next &+ 2
                var length = Int(bytes[next &+ 1] &- UInt8(ascii: "0"))
                guard length < 10 else { return }
                var byte = bytes[index]
                if byte != UInt8(ascii: "\r") {
                    guard length > 0, byte &- UInt8(ascii: "0") < 10 else { return }
                    length = length &* 10 &+ Int(byte &- UInt8(ascii: "0"))
                    index &+= 1
                    byte = bytes[index]
                    if byte != UInt8(ascii: "\r") {
                        guard byte &- UInt8(ascii: "0") < 10 else { return }
                        length = length &* 10 &+ Int(byte &- UInt8(ascii: "0"))
                        index &+= 1
                        guard bytes[index] == UInt8(ascii: "\r") else { return }
                    }
                }
                let start = index &+ 2
                let behind = start &+ length &+ 2
                guard behind <= end, length <= longest else { return }
                output.append(ArgumentRange(start, length))
                next = behind
                left &-= 1
            }
        }
        position = next
        pending = left
    }

    /// Goes into an array that stands where an argument should be, if that may be.
    private mutating func enterArray(_ marker: UInt8, _ number: Int64?) -> ProtocolProblem? {
        guard marker == UInt8(ascii: "*"), outer.count &+ 1 < limits.nesting else { return .expectedBulk(got: marker) }
        if let problem = problem(withCount: number) { return problem }
        outer.append(pending &- 1)
        pending = Int(truncatingIfNeeded: max(number ?? 0, 0))
        hasNested = true
        return nil
    }
}
