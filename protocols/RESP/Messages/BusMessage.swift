// SPDX-License-Identifier: Apache-2.0
import RESPEngine

/// What the children of the server tell each other about the clients of a space.
///
/// On the wire: the version of this format, what it is, four bytes for a length or number and four for the length of the
/// space's name, the lowest first, the name, and the bytes. After a restart two versions may be running: what is of
/// another one is not understood, and dropped.
enum BusMessage: Equatable {
    /// A client published something.
    case message([UInt8], channel: [UInt8])
    /// The child has so many subscribers of a channel or pattern now.
    case interest(Subscription, count: Int)
    /// The child begins anew to tell of its subscribers: some of what it told before was lost.
    case nothing
    /// The child has so many clients now that are shown what others do.
    case monitors(Int)
    /// A client did something; the line is for those.
    case monitored([UInt8])

    private static let version: UInt8 = 1
    private static let head = 10

    private enum Kind: UInt8 {
        case message = 1, channelInterest, patternInterest, nothing, monitors, monitored
    }

    /// As bytes.
    func encoded(of space: String) -> [UInt8] {
        switch self {
        case .message(let bytes, let channel):
            Self.encode(.message, space, number: channel.count, channel, bytes)
        case .interest(let subscription, let count):
            Self.encode(
                subscription.isPattern ? .patternInterest : .channelInterest, space, number: count, subscription.name)
        case .nothing: Self.encode(.nothing, space, number: 0)
        case .monitors(let count): Self.encode(.monitors, space, number: count)
        case .monitored(let line): Self.encode(.monitored, space, number: 0, line)
        }
    }

    /// Reads bytes: the space's name and the message; `nil` if they are not of this version.
    static func decode(_ bytes: Span<UInt8>) -> (space: String, message: BusMessage)? {
        guard bytes.count >= head, bytes[0] == version, let kind = Kind(rawValue: bytes[1]) else { return nil }
        let number = self.number(bytes.extracting(2..<6))
        let length = self.number(bytes.extracting(6..<10))
        let body = bytes.extracting(droppingFirst: head)
        guard length <= body.count else { return nil }
        let space = String(decoding: [UInt8](copying: body.extracting(first: length)), as: UTF8.self)
        let rest = body.extracting(droppingFirst: length)
        switch kind {
        case .message:
            guard number <= rest.count else { return nil }
            let message = [UInt8](copying: rest.extracting(droppingFirst: number))
            return (space, .message(message, channel: [UInt8](copying: rest.extracting(first: number))))
        case .channelInterest: return (space, .interest(.channel([UInt8](copying: rest)), count: number))
        case .patternInterest: return (space, .interest(.pattern([UInt8](copying: rest)), count: number))
        case .nothing: return (space, .nothing)
        case .monitors: return (space, .monitors(number))
        case .monitored: return (space, .monitored([UInt8](copying: rest)))
        }
    }

    private static func number(_ bytes: Span<UInt8>) -> Int {
        var number = 0
        for index in bytes.indices { number |= Int(bytes[index]) << (index &* 8) }
        return number
    }

    private static func encode(
        _ kind: Kind, _ space: String, number: Int, _ first: [UInt8] = [], _ second: [UInt8] = []
    ) -> [UInt8] {
        var bytes: [UInt8] = [version, kind.rawValue]
        bytes.reserveCapacity(head + space.utf8.count + first.count + second.count)
        for value in [UInt32(clamping: number), UInt32(clamping: space.utf8.count)] {
            for index in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(index * 8))) }
        }
        bytes += space.utf8
        bytes += first
        bytes += second
        return bytes
    }
}
