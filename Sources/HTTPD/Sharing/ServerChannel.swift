// SPDX-License-Identifier: Apache-2.0
internal import CPlugin

/// A way for the children of one server to send each other messages: what a client tells one child reaches clients of the
/// others.
///
/// A plugin makes its channels once, and names each in its registry with what receives:
///
/// ```swift
/// enum Channels { static let news = ServerChannel("news") }
///
/// static func register(on registry: inout PhaseRegistry) {
///     registry.channel(Channels.news) { event in
///         switch event {
///         case .message(let bytes, from: _): Subscribers.push(bytes)
///         case .joined, .left: break
///         }
///     }
/// }
///
/// Channels.news.send(text.utf8.span)
/// ```
///
/// What one child sends arrives at each other child in the order in which it was sent, once, in one piece; what different
/// children send has no order. A message reaches the channel of the same plugin and name. After a graceful restart that
/// may be another version of the plugin, as long as children of both are there: begin messages with a version.
///
/// Only the server's own processes can send. There is no copy for children that start later, and what waits for a child,
/// or in it, is gone when it ends. Embedded tests have no server; there, nothing is sent.
public final class ServerChannel: Sendable {
    /// What a channel tells its receiver. The bytes are lent for the call.
    public enum Event: ~Escapable {
        /// What a child sent, this one included if it sent to itself.
        case message(Span<UInt8>, from: ChildID)
        /// Another child takes part. Those that were there first are told of, too.
        case joined(ChildID)
        /// A child that had joined takes part no more: it ended, or it was killed. Comes once, and behind its messages; after
        /// at most two seconds if the child could not tell of its end itself.
        case left(ChildID)
    }

    /// What becomes of a message.
    public enum Outcome: Equatable, Sendable {
        /// It is on its way to all children that it is for; there may be none.
        case accepted
        /// At least one child does not take its messages, and ``ServerChannel/capacity`` bytes wait for it already: it misses
        /// this one. The others get it.
        case full
        /// It is larger than ``ServerChannel/capacity``.
        case tooLarge
        /// The child that it was for is there no more.
        case gone
        /// This process sends nothing: there is no server, mod_swift is older than this, the child has not begun or is
        /// ending, the channel is not in the plugin's registry, or there are too many children, which the log tells.
        case unavailable
    }

    /// What receives at a channel.
    public typealias Receiver = @Sendable (Event) throws(HTTPDError) -> Void

    /// The channel's name among those of its plugin; at most 95 bytes count.
    public let name: StaticString
    // SAFETY: written while httpd reads its configuration, on one thread and before any child.
    nonisolated(unsafe) private var place: UInt32 = 0

    /// A channel of a name, which is one of its plugin's.
    public init(_ name: StaticString) {
        self.name = name
    }

    /// How many bytes of messages wait in this process for one child before it misses further ones; also the size of the
    /// largest message. 0 without a host.
    public static var capacity: Int {
        // SAFETY: the host's table is immortal.
        unsafe ChannelHost.services.map { unsafe Int(clamping: $0.pointee.channel_capacity()) } ?? 0
    }

    /// The child that this process is; `nil` where messages are ``Outcome/unavailable``.
    public static var ownChild: ChildID? {
        // SAFETY: the host's table is immortal.
        unsafe ChannelHost.services.flatMap { unsafe ChildID($0.pointee.own_child()) }
    }

    /// Sends a message to all other children, without waiting. From any thread, also while a message is received.
    @discardableResult
    public func send(_ bytes: Span<UInt8>) -> Outcome { send(bytes, number: 0) }

    /// Sends a message to one child, which may be this one, without waiting. From any thread, also while a message is
    /// received.
    @discardableResult
    public func send(_ bytes: Span<UInt8>, to child: ChildID) -> Outcome { send(bytes, number: child.number) }

    /// Waits until this child has received what others had sent it; mostly it has, and this costs a system call. For what
    /// must not be older than what a client was told elsewhere.
    ///
    /// It waits 50 milliseconds at most, and for half a second after that not at all: so one that calls it with a lock held
    /// that a receiver wants goes on. In a receiver it does nothing.
    public static func catchUp() {
        // SAFETY: the host's table is immortal.
        if let services = unsafe ChannelHost.services { unsafe services.pointee.catch_up() }
    }

    private func send(_ bytes: Span<UInt8>, number: UInt64) -> Outcome {
        // SAFETY: the host's table is immortal; the host copies the bytes, or the kernel does.
        guard unsafe place > 0, let services = unsafe ChannelHost.services else { return .unavailable }
        let result = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe services.pointee.send(place, number, buffer.baseAddress, UInt64(buffer.count))
        }
        return switch Int(result) {
        case SWIFT_HTTPD_SEND_ACCEPTED: .accepted
        case SWIFT_HTTPD_SEND_FULL: .full
        case SWIFT_HTTPD_SEND_TOO_LARGE: .tooLarge
        case SWIFT_HTTPD_SEND_GONE: .gone
        default: .unavailable
        }
    }

    /// Gets its place from the host that loads the plugin; nothing on one that has no channels.
    func register(_ receiver: ChannelReceiver, for plugin: String) {
        // SAFETY: the host's table is immortal; the strings are copied, and the receiver is retained for good.
        guard let services = unsafe ChannelHost.services else { return }
        unsafe place = services.pointee.channel(
            plugin, "\(name)", ChannelHost.receive, Unmanaged.passUnretained(receiver).toOpaque())
        if unsafe place == 0 { receiver.tellOfTooMany() }
    }
}
