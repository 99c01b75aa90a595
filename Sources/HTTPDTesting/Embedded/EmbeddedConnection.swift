// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
public import HTTPD

/// A connection without a server that speaks a plugin's protocol.
///
/// The pieces that the client sends are given beforehand; ``run()`` then drives the protocol as an MPM does.
@safe
public final class EmbeddedConnection {
    private let world = EmbeddedWorld()
    private let instance: AnyObject
    private let isAsynchronous: Bool

    // SAFETY (for the whole type): the records live as long as `world`; C copies the bytes that it is given.

    /// Makes a connection.
    ///
    /// - Parameters:
    ///   - plugin: The plugin.
    ///   - name: The protocol's name.
    ///   - options: The protocol's options.
    ///   - pieces: What the client sends, as it arrives. Between two pieces the connection is idle.
    ///   - isAsynchronous: Whether connections wait without a thread, as in the event MPM.
    /// - Throws: When there is no such protocol, or its options are wrong.
    public init(
        _ plugin: EmbeddedPlugin, _ name: String, options: [(key: String, value: String)] = [],
        pieces: [[UInt8]], isAsynchronous: Bool
    ) throws(DirectiveError) {
        instance = try plugin.image.bind(.protocolHandler, name, options: options)
        self.isAsynchronous = isAsynchronous
        unsafe chttpd_embedded_set_async(world.raw, isAsynchronous ? 1 : 0)
        for piece in pieces {
            // A session tries twice before it waits.
            unsafe chttpd_embedded_source_wait(world.raw)
            unsafe chttpd_embedded_source_wait(world.raw)
            unsafe world.lend(piece, 0..<piece.count) { start, count in
                unsafe chttpd_embedded_source_data(world.raw, start, count)
            }
        }
    }

    /// Runs the connection to its end.
    ///
    /// - Returns: How often it waited in the MPM, or `nil` when it did not end.
    public func run() -> Int? {
        var session: UnsafeMutableRawPointer?
        let context = unsafe Unmanaged.passUnretained(instance).toOpaque()
        for waits in 0..<10_000 {
            _ = unsafe PluginEntry.connection(context, UnsafeMutableRawPointer(world.connection), &session)
            if unsafe chttpd_embedded_waits(world.raw) == 0 { return waits }
        }
        return nil
    }

    /// What was sent to the client.
    public var sent: [UInt8] { world.bytes }
    /// The lines that were written to the error log.
    public var log: [LogLine] { world.log }
}
