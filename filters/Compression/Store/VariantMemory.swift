// SPDX-License-Identifier: Apache-2.0
import Codecs
import HTTPD
import Synchronization

/// The bytes of short variants that were sent lately, so that no file is opened for them.
///
/// What is held was read whole and had the checksum that was written. It is of a file as it was at one time, as every variant
/// is, and is looked for in the folder again after a minute: so an entry that is used stays young there, and one that was
/// taken away is not sent for long.
final class VariantMemory: Sendable {
    /// A variant.
    struct Held: Sendable {
        let bytes: [UInt8]
        /// The checksum of its entry.
        let checksum: UInt64
    }

    private struct Place {
        var key: VariantKey
        var held: Held
        var until: Timestamp
    }

    private struct State {
        var places: [Place?] = []
        var count = 0
        /// Where to take away from next.
        var hand = 0
    }

    /// Longer ones are sent from their files.
    static let longest = 64 * 1024
    /// How many microseconds a variant is held at most.
    static let lifetime: Int64 = 60_000_000
    private static let placeCount = 1024

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: The most bytes that are held.
    init(limit: Int = 4 << 20) {
        self.limit = limit
    }

    /// How many bytes are held.
    var count: Int { state.withLock { $0.count } }

    /// A variant that is held; `nil` if it must be looked for in the folder.
    func find(_ key: VariantKey, at now: Timestamp) -> Held? {
        let index = Self.place(of: key)
        return state.withLock { state in
            guard index < state.places.count, let place = state.places[index], place.key == key, now < place.until,
                // A clock that was set back must not make it old.
                place.until.microseconds &- now.microseconds <= Self.lifetime
            else { return nil }
            return place.held
        }
    }

    /// Holds a variant, in place of others if there are too many bytes.
    func hold(_ key: VariantKey, _ held: Held, at now: Timestamp) {
        let size = held.bytes.count
        guard size <= min(Self.longest, limit) else { return }
        let place = Place(key: key, held: held, until: Timestamp(microseconds: now.microseconds &+ Self.lifetime))
        let index = Self.place(of: key)
        state.withLock { state in
            if state.places.isEmpty { state.places = [Place?](repeating: nil, count: Self.placeCount) }
            Self.remove(index, from: &state)
            while state.count + size > limit {
                Self.remove(state.hand, from: &state)
                state.hand = (state.hand + 1) % Self.placeCount
            }
            state.places[index] = place
            state.count += size
        }
    }

    private static func remove(_ index: Int, from state: inout State) {
        guard let place = state.places[index] else { return }
        state.count -= place.held.bytes.count
        state.places[index] = nil
    }

    private static func place(of key: VariantKey) -> Int {
        var sum = key.inode &* 0x9E37_79B9_7F4A_7C15 ^ key.device
        switch key.coding {
        case .zstd: break
        case .br: sum = sum &+ (1 << 54)
        case .gzip: sum = sum &+ (2 << 54)
        case .deflate: sum = sum &+ (3 << 54)
        }
        return Int(truncatingIfNeeded: sum >> 54) % placeCount
    }
}
