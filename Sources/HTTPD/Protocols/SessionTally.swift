// SPDX-License-Identifier: Apache-2.0

/// What a connection did since the host was last told, for the page `swift-status`.
///
/// The host's counts are shared by all children, so it is not told of each frame, but whenever the connection waits,
/// lets others have its thread, or ends.
struct SessionTally {
    private var told = (frames: 0, bytesIn: 0, bytesOut: 0)

    /// Tells what came to these sums since.
    mutating func tell(
        _ link: any SessionLink, frames: Int, bytesIn: Int, bytesOut: Int, reason: CloseReason? = nil
    ) {
        let fresh = (
            frames: frames &- told.frames, bytesIn: bytesIn &- told.bytesIn, bytesOut: bytesOut &- told.bytesOut
        )
        told = (frames: frames, bytesIn: bytesIn, bytesOut: bytesOut)
        let hasTimedOut = reason?.isMissedDeadline == true
        if fresh == (0, 0, 0), !hasTimedOut { return }
        link.count(frames: fresh.frames, bytesIn: fresh.bytesIn, bytesOut: fresh.bytesOut, hasTimedOut: hasTimedOut)
    }
}

extension CloseReason {
    /// Whether a deadline ended the connection, and not the end of the child.
    fileprivate var isMissedDeadline: Bool {
        switch self {
        case .timedOut(.drain): false
        case .timedOut: true
        case .finished, .clientEnded, .clientGone, .serverEnded, .failed: false
        }
    }
}

extension SessionLink {
    /// Without a host there is nobody to tell.
    package func count(frames: Int, bytesIn: Int, bytesOut: Int, hasTimedOut: Bool) {}
    /// Nor anybody who would look.
    package func show(_ text: String) {}
}
