// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import Synchronization

/// Work that a request leads to and does not wait for.
///
/// Each process of the server has one thread for it per plugin, started when the first job comes. It gets only the time that
/// nobody else wants (nice 19), and no signals; jobs run one after the other. What waits when the process ends is forgotten,
/// and so is a job that runs then and does not return within a tenth of a second of ``BackgroundJob/shouldStop`` being
/// true: what a job does must bear being cut off at any point.
///
/// A job must not touch anything of httpd: a request, a connection, or their pools. Files are fine (``File``).
public enum BackgroundWork {
    /// What became of a job that was handed in.
    public enum Outcome: Sendable {
        /// It will be done, if the process lives.
        case taken
        /// One of that name waits already, or is under way.
        case known
        /// There are too many jobs, or no thread could be had, or the process ends.
        case refused
    }

    /// At most so many jobs wait.
    public static let capacity = 256

    /// Hands in a job, without waiting. From any thread, but only while requests or connections are served: what is handed
    /// in before the server makes its processes stays in the one that makes them.
    ///
    /// - Parameters:
    ///   - name: What the job is about; of jobs with one name only one waits or runs.
    ///   - job: What is to be done.
    @discardableResult
    public static func submit(_ name: String, _ job: @escaping @Sendable (BackgroundJob) -> Void) -> Outcome {
        chttpd_hold_signals()
        defer { chttpd_release_signals() }
        return queue()?.submit(name, job) ?? .refused
    }

    /// The queue of this process: what a process inherited by a fork has no thread in it.
    private static let current = Mutex<BackgroundQueue?>(nil)

    private static func queue() -> BackgroundQueue? {
        current.withLock { current in
            if let queue = current, queue.process == chttpd_process() { return queue }
            current = BackgroundQueue(capacity: capacity)
            registerStop
            return current
        }
    }

    /// Once per image: a process that is forked off inherits it.
    private static let registerStop: Void = {
        _ = chttpd_at_exit { BackgroundWork.stop() }
    }()

    /// The process ends: its thread is not to touch anything any more.
    private static func stop() {
        // A program that another thread forks off may come here, and has no thread of ours.
        guard let queue = current.withLockIfAvailable({ $0 }) ?? nil, queue.process == chttpd_process() else { return }
        queue.stop(waiting: .milliseconds(100))
    }
}

/// What a job of ``BackgroundWork`` sees while it runs.
public struct BackgroundJob: Sendable {
    private let queue: BackgroundQueue

    init(_ queue: BackgroundQueue) {
        self.queue = queue
    }

    /// Whether the process ends: long jobs look now and then, and return early.
    public var shouldStop: Bool { queue.isStopping }

    /// Writes a line into the main server's error log, under the plugin's own name.
    ///
    /// - Parameters:
    ///   - level: Its severity; whether it is written is for the main server's `LogLevel` to say.
    ///   - message: Its text.
    ///   - status: What failed, whose text httpd puts before the message.
    public func log(_ level: Log.Level, _ message: String, status: Status = .success) {
        guard !shouldStop else { return }
        // SAFETY: without a server, the text goes where the main server's does; it is only read.
        unsafe chttpd_log_server(nil, PluginImage.moduleIndex, level.rawValue, status.rawValue, message)
    }
}
