// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD

/// Jobs of one process, and the thread that does them.
@safe
package final class BackgroundQueue: @unchecked Sendable {
    // SAFETY (for the whole type): the monitor is never freed, and all that changes is used with its lock held.
    private let monitor: OpaquePointer
    private let capacity: Int
    /// The process that it was made in.
    let process = chttpd_process()

    private struct Waiting {
        let name: String
        let job: @Sendable (BackgroundJob) -> Void
    }

    private var waiting: [Waiting] = []
    private var names: Set<String> = []
    private var hasThread = false
    private var isRunning = false
    private var mustStop = false

    /// A queue of its own, with no thread yet.
    package init?(capacity: Int) {
        guard let monitor = unsafe chttpd_monitor_create() else { return nil }
        unsafe self.monitor = monitor
        self.capacity = capacity
    }

    private func withLock<Result>(_ body: () -> Result) -> Result {
        unsafe chttpd_monitor_lock(monitor)
        defer { unsafe chttpd_monitor_unlock(monitor) }
        return body()
    }

    /// Whether the process ends.
    var isStopping: Bool { withLock { mustStop } }

    /// Hands in a job.
    package func submit(
        _ name: String, _ job: @escaping @Sendable (BackgroundJob) -> Void
    ) -> BackgroundWork.Outcome {
        withLock {
            if names.contains(name) { return .known }
            guard !mustStop, waiting.count < capacity, startThread() else { return .refused }
            names.insert(name)
            waiting.append(Waiting(name: name, job: job))
            unsafe chttpd_monitor_signal(monitor)
            return .taken
        }
    }

    private func startThread() -> Bool {
        if hasThread { return true }
        let reference = unsafe Unmanaged.passRetained(self)
        hasThread =
            unsafe chttpd_start_thread(
                { data in
                    guard let data = unsafe data else { return }
                    let queue = unsafe Unmanaged<BackgroundQueue>.fromOpaque(data).takeRetainedValue()
                    queue.run()
                }, reference.toOpaque()) != 0
        if !hasThread { unsafe reference.release() }
        return hasThread
    }

    /// What the thread does.
    private func run() {
        while let next = takeNext() {
            next.job(BackgroundJob(self))
            withLock {
                names.remove(next.name)
                isRunning = false
                unsafe chttpd_monitor_signal(monitor)
            }
        }
    }

    private func takeNext() -> Waiting? {
        withLock {
            while waiting.isEmpty, !mustStop { unsafe chttpd_monitor_wait(monitor) }
            guard !mustStop, !waiting.isEmpty else { return nil }
            isRunning = true
            return waiting.removeFirst()
        }
    }

    /// Forgets what waits, and waits a while for what is under way.
    ///
    /// - Returns: Whether nothing is under way any more.
    @discardableResult
    package func stop(waiting duration: Duration) -> Bool {
        let until = Moment(nanoseconds: chttpd_now()).advanced(by: duration).nanoseconds
        return withLock {
            mustStop = true
            for job in waiting { names.remove(job.name) }
            waiting = []
            unsafe chttpd_monitor_signal(monitor)
            while isRunning {
                guard unsafe chttpd_monitor_wait_until(monitor, until) != 0 else { return false }
            }
            return true
        }
    }
}
