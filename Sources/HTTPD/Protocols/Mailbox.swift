// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// What ``ConnectionHandle``s of one connection left for it. Lives on when the connection is gone.
final class Mailbox: Sendable {
    /// One thing that was left.
    enum Letter: Sendable {
        case bytes([UInt8])
        case timer(after: Duration, tag: Int)
        case close

        /// What it takes in memory, roughly.
        var cost: Int {
            guard case .bytes(let bytes) = self else { return 64 }
            return bytes.count + 64
        }
    }

    private struct Contents {
        var letters: [Letter] = []
        var cost = 0
        /// Whether the last letter is the wish to close: nothing comes behind it.
        var isClosing = false
        var isClosed = false
    }

    private let contents = Mutex(Contents())
    private let limit: Int
    private let wake: @Sendable () -> Void

    /// A mailbox for at most `limit` bytes; `wake` makes the connection look into it.
    init(limit: Int, wake: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.wake = wake
    }

    var isEmpty: Bool { contents.withLock { $0.letters.isEmpty } }
    var isClosed: Bool { contents.withLock { $0.isClosed } }

    /// Leaves something.
    func put(_ letter: Letter) -> ConnectionHandle.Outcome {
        let (outcome, isFirst) = contents.withLock { contents -> (ConnectionHandle.Outcome, Bool) in
            if contents.isClosed { return (.closed, false) }
            if case .close = letter {
                // Whose box is full is who has to be closed.
                if contents.isClosing { return (.accepted, false) }
                contents.isClosing = true
            } else {
                if contents.isClosing { return (.closed, false) }
                // One message that is larger than the limit passes an empty box: it could never be sent otherwise.
                guard contents.cost == 0 || letter.cost <= limit - contents.cost else { return (.full, false) }
            }
            contents.cost += letter.cost
            contents.letters.append(letter)
            return (.accepted, contents.letters.count == 1)
        }
        // Whoever left the first letter has woken the connection for those behind it.
        if isFirst { wake() }
        return outcome
    }

    /// Takes all that was left.
    func takeAll() -> [Letter] {
        contents.withLock { contents in
            contents.cost = 0
            defer { contents.letters = [] }
            return contents.letters
        }
    }

    /// Takes the bytes that come before anything else.
    func takeBytes() -> [[UInt8]] {
        contents.withLock { contents in
            var taken: [[UInt8]] = []
            for letter in contents.letters {
                guard case .bytes(let bytes) = letter else { break }
                contents.cost -= letter.cost
                taken.append(bytes)
            }
            contents.letters.removeFirst(taken.count)
            return taken
        }
    }

    /// Takes nothing any more.
    func close() {
        contents.withLock { $0 = Contents(isClosed: true) }
    }
}

/// A connection as other threads see it: a way to push bytes to its client, from anywhere and at any time.
///
/// A handle may outlive its connection; then its functions answer ``Outcome/closed``. None of them blocks, and what
/// they ask for is done soon, in the order in which it was asked for.
public struct ConnectionHandle: Sendable {
    /// What became of a wish.
    public enum Outcome: Equatable, Sendable {
        /// It will be done.
        case accepted
        /// The client does not take what it gets, and ``ProtocolLimits/largestMailbox`` bytes wait already.
        case full
        /// The connection is gone.
        case closed
    }

    let mailbox: Mailbox

    /// Sends bytes to the client.
    public func push(_ bytes: [UInt8]) -> Outcome {
        bytes.isEmpty ? .accepted : mailbox.put(.bytes(bytes))
    }

    /// Sends text to the client, UTF-8 encoded.
    public func push(_ text: String) -> Outcome { push(Array(text.utf8)) }

    /// Makes the connection call ``ProtocolHandler/scheduled(_:_:)`` after a time. Whether it has 64 timers already is
    /// only seen when it takes this one: then it is dropped, with a warning in the log.
    public func schedule(after time: Duration, tag: Int) -> Outcome {
        mailbox.put(.timer(after: time, tag: tag))
    }

    /// Closes the connection when what was written and pushed has left, or its deadline for that has passed; further
    /// pushes are told ``Outcome/closed``. Never ``Outcome/full``.
    public func close() -> Outcome { mailbox.put(.close) }

    /// Whether the connection is gone; one that is not may go at any time.
    public var isClosed: Bool { mailbox.isClosed }
}
