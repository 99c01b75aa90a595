// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CPlugin

/// What a plugin does with the messages of one channel. Lives as long as the process.
final class ChannelReceiver: Sendable {
    let channel: ServerChannel
    private let receiver: ServerChannel.Receiver

    init(_ channel: ServerChannel, _ receiver: @escaping ServerChannel.Receiver) {
        self.channel = channel
        self.receiver = receiver
    }

    /// Hands an event over; what the plugin throws is logged.
    func receive(_ event: ServerChannel.Event) {
        do throws(HTTPDError) {
            try receiver(event)
        } catch {
            log(.error, error.description)
        }
    }

    /// There are more channels than the host has places for.
    func tellOfTooMany() {
        log(.warning, "there are too many channels in this server: it sends and receives nothing")
    }

    private func log(_ level: Log.Level, _ text: String) {
        // SAFETY: without a server, the text goes where the main server's does; it is only read.
        unsafe chttpd_log_server(
            nil, PluginImage.moduleIndex, level.rawValue, 0, "\(PluginImage.name), channel \(channel.name): \(text)")
    }
}

/// The part of the host that carries messages.
@safe
enum ChannelHost {
    // SAFETY (for all): the host's table is immortal; a `context` is a receiver that is retained for good, and bytes are
    // there for the call.

    /// The host's services, if it has channels.
    static var services: UnsafePointer<swift_httpd_host_services>? {
        guard let services = unsafe PluginImage.services, unsafe swift_httpd_has_channels(services) != 0 else {
            return nil
        }
        return unsafe services
    }

    static let receive: swift_httpd_receive = { context, kind, child, bytes, count in
        guard let context = unsafe context, let child = ChildID(child) else { return }
        let receiver = unsafe Unmanaged<ChannelReceiver>.fromOpaque(context).takeUnretainedValue()
        switch Int(kind) {
        case SWIFT_HTTPD_CHANNEL_MESSAGE:
            let start = unsafe bytes?.assumingMemoryBound(to: UInt8.self)
            let buffer = unsafe UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(clamping: count))
            receiver.receive(.message(unsafe buffer.span, from: child))
        case SWIFT_HTTPD_CHANNEL_JOINED: receiver.receive(.joined(child))
        case SWIFT_HTTPD_CHANNEL_LEFT: receiver.receive(.left(child))
        default: break
        }
    }
}

extension PhaseRegistry {
    /// Brings a channel by which the server's children send each other messages, and what receives them.
    ///
    /// The receiver runs in every child, on a thread of its own that no request and no connection runs on, one call after the
    /// other; messages of all channels of the child wait meanwhile, so it must not block. What it throws is logged, at
    /// `error`, and the next event comes all the same. It may send. On a server whose mod_swift has no channels nothing
    /// comes, and nothing can be sent.
    public mutating func channel(_ channel: ServerChannel, receive: @escaping ServerChannel.Receiver) {
        channels.append(ChannelReceiver(channel, receive))
    }
}
