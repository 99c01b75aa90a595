// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What rules could not do with some elements of a page, for the log.
final class Refusals: Sendable {
    private let state = Mutex<(count: Int, first: String?)>((0, nil))

    func add(_ sentence: String) {
        state.withLock { state in
            state.count += 1
            state.first = state.first ?? sentence
        }
    }

    /// How many there were.
    var count: Int { state.withLock { $0.count } }

    /// Why the first was one.
    var first: String? { state.withLock { $0.first } }
}
