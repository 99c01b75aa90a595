// SPDX-License-Identifier: Apache-2.0

/// A deadline of a connection that speaks a plugin's protocol.
public enum Deadline: String, CaseIterable, Sendable {
    /// TLS, where it is on, must be set up.
    case handshake
    /// The client must send its first byte.
    case firstByte
    /// Something must be sent, by either side.
    case idle
    /// A frame that has begun must become whole.
    case wholeFrame
    /// The client must take some of what waits for it.
    case write
    /// The connection must end.
    case connection
    /// The child ends, and the time for farewells with it: `SwiftProtocolDrain`.
    case drain
}

/// How long a connection may take for what, and how much memory it may use.
///
/// A deadline that passes closes the connection, unless the handler says otherwise in
/// ``ProtocolHandler/timedOut(_:_:)``. The administrator's `key=value` behind `SwiftProtocol Plugin.name` goes before
/// what the handler says.
public struct ProtocolLimits: Sendable, Equatable {
    /// The time in which TLS must be set up; `nil` for no limit.
    public var handshake: Duration? = .seconds(20)
    /// The time from the start in which the client must send something; `nil` leaves it to `idle`.
    public var firstByte: Duration?
    /// The time in which something must be sent by either side; `nil` for the `Timeout` of the virtual host, which is
    /// also the most that there can be.
    public var idle: Duration?
    /// The time from its first byte in which a frame must be whole; `nil` leaves it to `idle`.
    public var wholeFrame: Duration? = .seconds(60)
    /// The time in which the client must take some of what waits for it; `nil` for the `Timeout` of the virtual host.
    public var write: Duration?
    /// The time after which the connection ends, whatever it does; `nil` for no limit.
    public var connection: Duration?
    /// The number of bytes waiting for the client from which on nothing more is read.
    public var highWaterMark = 64 * 1024
    /// The number of bytes waiting for the client below which reading goes on.
    public var lowWaterMark = 16 * 1024
    /// The number of bytes waiting for the client that fails the connection: what a single reply may be.
    public var largestOutput = 16 * 1024 * 1024
    /// The number of bytes that a ``ConnectionHandle`` may leave for a client that does not take them.
    public var largestMailbox = 256 * 1024
    /// The number of connections that may be open where the protocol is bound, in all children together; `nil` for any
    /// number. Further ones are closed before anything is read.
    public var mostConnections: Int?
    /// The number of those that may come from one address; `nil` for any number.
    public var mostPerAddress: Int?
    /// Whether connections come from a load balancer that begins each with a header of the PROXY protocol, version 1 or
    /// 2: the client that it names is the client everywhere, and a connection without the header is closed. Whoever can
    /// connect can claim any address, so only the administrator can know: `proxy=on`.
    public var expectsProxyHeader = false

    /// The limits that hold unless others are given.
    public init() {}
}

/// A span of time in the configuration: `30` (seconds), `250ms`, `5m`, `2h`, or `off`.
package struct TimeLimit: DirectiveValue, Equatable {
    /// The time, or `nil` for `off`.
    package let duration: Duration?

    package init(_ duration: Duration?) {
        self.duration = duration
    }

    package init(directiveArgument text: String) throws(DirectiveError) {
        if text.lowercased() == "off" {
            duration = nil
            return
        }
        let wrong = DirectiveError("must be a time such as 30 (seconds), 250ms, 5m, 2h, or off, not '\(text)'")
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        // Ten years are more than anybody means, and fit into every unit.
        guard let number = Int(digits), (1...315_360_000).contains(number) else { throw wrong }
        switch text.dropFirst(digits.count).lowercased() {
        case "", "s": duration = .seconds(number)
        case "ms": duration = .milliseconds(number)
        case "m": duration = .seconds(number * 60)
        case "h": duration = .seconds(number * 3_600)
        default: throw wrong
        }
    }
}

extension ProtocolLimits {
    /// What an administrator may set for every protocol, and what it sets.
    private static let timeKeys: [(key: String, path: any WritableKeyPath<ProtocolLimits, Duration?> & Sendable)] = [
        ("handshake", \.handshake), ("firstbyte", \.firstByte), ("idle", \.idle), ("frame", \.wholeFrame),
        ("write", \.write), ("connection", \.connection),
    ]
    private static let sizeKeys: [(key: String, path: any WritableKeyPath<ProtocolLimits, Int> & Sendable)] = [
        ("highwater", \.highWaterMark), ("lowwater", \.lowWaterMark), ("mailbox", \.largestMailbox),
    ]

    private static let countKeys: [(key: String, path: any WritableKeyPath<ProtocolLimits, Int?> & Sendable)] = [
        ("connections", \.mostConnections), ("peraddress", \.mostPerAddress),
    ]

    /// The keys that ``apply(_:except:)`` takes.
    static var keys: [String] { timeKeys.map(\.key) + sizeKeys.map(\.key) + countKeys.map(\.key) + ["proxy"] }

    /// Applies `key=value` pairs and returns those that are not its own.
    mutating func apply(
        _ pairs: [(key: String, value: String)], except own: Set<String>
    ) throws(DirectiveError) -> [(key: String, value: String)] {
        var rest: [(key: String, value: String)] = []
        var seen: Set<String> = []
        for (key, value) in pairs {
            let time = Self.timeKeys.first { $0.key == key }
            let size = Self.sizeKeys.first { $0.key == key }
            let count = Self.countKeys.first { $0.key == key }
            let isProxy = key == "proxy"
            guard !own.contains(key), time != nil || size != nil || count != nil || isProxy else {
                rest.append((key: key, value: value))
                continue
            }
            guard seen.insert(key).inserted else {
                throw DirectiveError("option '\(key)' is given twice: leave one of them out")
            }
            do throws(DirectiveError) {
                if let time { self[keyPath: time.path] = try TimeLimit(directiveArgument: value).duration }
                if let size {
                    let bytes = try ByteCount(directiveArgument: value).bytes
                    guard (1...(1 << 30)).contains(bytes) else {
                        throw DirectiveError("must be from 1 to 1G, not '\(value)'")
                    }
                    self[keyPath: size.path] = bytes
                }
                if isProxy { expectsProxyHeader = try Bool(directiveArgument: value) }
                if let count {
                    let number = try Int(directiveArgument: value)
                    guard (1...(1 << 30)).contains(number) else {
                        throw DirectiveError("must be a number of connections, at least 1, not '\(value)'")
                    }
                    self[keyPath: count.path] = number
                }
            } catch {
                throw DirectiveError("option '\(key)' \(error.message)")
            }
        }
        return rest
    }
}
