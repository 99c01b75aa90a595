// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPD
import Synchronization
import Testing

@Suite("Work beside requests")
struct BackgroundQueueTests {
    /// Gives a job something to wait for, and the test something to look at.
    private final class Gate: Sendable {
        private let state = Mutex((isOpen: false, seen: [String]()))

        var seen: [String] { state.withLock { $0.seen } }
        func note(_ text: String) { state.withLock { $0.seen.append(text) } }
        func open() { state.withLock { $0.isOpen = true } }
        func pass() { while !state.withLock({ $0.isOpen }) { usleep(1000) } }
    }

    private func waitUntil(_ condition: () -> Bool) -> Bool {
        for _ in 0..<5000 {
            if condition() { return true }
            usleep(1000)
        }
        return false
    }

    @Test func jobsRunOneAfterTheOtherInOrder() throws {
        let queue = try #require(BackgroundQueue(capacity: 8))
        let gate = Gate()
        for name in ["a", "b", "c"] {
            let outcome = queue.submit(name) { _ in
                gate.note("+" + name)
                usleep(1000)
                gate.note("-" + name)
            }
            #expect(outcome == .taken)
        }
        #expect(waitUntil { gate.seen.count == 6 })
        #expect(gate.seen == ["+a", "-a", "+b", "-b", "+c", "-c"])
        #expect(queue.stop(waiting: .seconds(1)) == true)
    }

    @Test func aNameWaitsOrRunsOnceAndMayComeAgain() throws {
        let queue = try #require(BackgroundQueue(capacity: 8))
        let gate = Gate()
        #expect(queue.submit("a") { _ in gate.pass() } == .taken)
        #expect(queue.submit("b") { _ in gate.note("b") } == .taken)
        #expect(queue.submit("a") { _ in } == .known)
        #expect(queue.submit("b") { _ in } == .known)
        gate.open()
        #expect(waitUntil { gate.seen == ["b"] })
        #expect(waitUntil { queue.submit("a") { _ in gate.note("again") } == .taken })
        #expect(waitUntil { gate.seen == ["b", "again"] })
        queue.stop(waiting: .seconds(1))
    }

    @Test func moreThanTheCapacityIsRefused() throws {
        let queue = try #require(BackgroundQueue(capacity: 2))
        let gate = Gate()
        #expect(
            queue.submit("running") { _ in
                gate.note("on"); gate.pass()
            } == .taken)
        #expect(waitUntil { gate.seen == ["on"] })
        #expect(queue.submit("1") { _ in } == .taken)
        #expect(queue.submit("2") { _ in } == .taken)
        #expect(queue.submit("3") { _ in } == .refused)
        gate.open()
        #expect(waitUntil { queue.submit("3") { _ in } == .taken })
        queue.stop(waiting: .seconds(1))
    }

    @Test func stoppingForgetsWhatWaitsAndTellsWhatRuns() throws {
        let queue = try #require(BackgroundQueue(capacity: 8))
        let gate = Gate()
        _ = queue.submit("a") { job in
            gate.note("on")
            while !job.shouldStop { usleep(1000) }
            gate.note("stopped")
        }
        _ = queue.submit("b") { _ in gate.note("b") }
        #expect(waitUntil { gate.seen == ["on"] })
        #expect(queue.stop(waiting: .seconds(5)) == true)
        #expect(gate.seen == ["on", "stopped"])
        #expect(queue.submit("c") { _ in gate.note("c") } == .refused)
        usleep(20_000)
        #expect(gate.seen == ["on", "stopped"])
    }

    @Test func stoppingDoesNotWaitForWhatDoesNotReturn() throws {
        let queue = try #require(BackgroundQueue(capacity: 8))
        let gate = Gate()
        _ = queue.submit("a") { _ in
            gate.note("on")
            gate.pass()
        }
        #expect(waitUntil { gate.seen == ["on"] })
        let clock = ContinuousClock()
        let time = clock.measure { #expect(queue.stop(waiting: .milliseconds(50)) == false) }
        #expect(time < .seconds(5))
        gate.open()
    }

    @Test func theThreadHasTheLeastPriorityAndNoSignals() throws {
        let queue = try #require(BackgroundQueue(capacity: 8))
        let gate = Gate()
        _ = queue.submit("a") { _ in
            let status = (try? String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)) ?? ""
            let stat = (try? String(contentsOfFile: "/proc/thread-self/stat", encoding: .utf8)) ?? ""
            gate.note(status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }.map(String.init) ?? "")
            gate.note(
                stat.split(separator: ") ").last?.split(separator: " ").dropFirst(16).first.map(String.init) ?? "")
        }
        #expect(waitUntil { gate.seen.count == 2 })
        // All but SIGKILL and SIGSTOP, and those that the C library keeps for itself.
        #expect(gate.seen.first?.hasSuffix("fffffffe3bfa3ffb") == true || gate.seen.first?.contains("fffffffe") == true)
        #expect(gate.seen.last == "19")
        queue.stop(waiting: .seconds(1))
    }

    @Test func theProcesssOwnQueueTakesJobs() throws {
        let gate = Gate()
        #expect(BackgroundWork.submit("test") { _ in gate.note("done") } == .taken)
        #expect(waitUntil { gate.seen == ["done"] })
    }
}
