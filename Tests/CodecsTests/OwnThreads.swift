// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization
import Testing

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private final class Failures: Sendable {
    let errors = Mutex<[any Error]>([])
}

/// What was expected on a thread and is not so.
struct ThreadExpectation: Error {
    let place: SourceLocation
}

/// `#expect` for a thread of its own, where it would not know to which test it belongs.
func expectThere(_ condition: Bool, at place: SourceLocation = #_sourceLocation) throws {
    if !condition { throw ThreadExpectation(place: place) }
}

/// Runs `body` on threads of its own at once, and returns when they have ended, what they kept for themselves included.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
    let failures = Failures()
    var threads: [pthread_t] = []
    for index in 0..<count {
        var thread = pthread_t()
        let work = unsafe Unmanaged.passRetained(
            Work {
                do { try body(index) } catch { failures.errors.withLock { $0.append(error) } }
            })
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                }
                return nil
            }, work.toOpaque())
        #expect(result == 0)
        if result == 0 { threads.append(thread) }
    }
    for thread in threads {
        let result = pthread_join(thread, nil)
        #expect(result == 0)
    }
    for error in failures.errors.withLock({ $0 }) {
        guard let expectation = error as? ThreadExpectation else {
            Issue.record(error)
            continue
        }
        Issue.record("an expectation on a thread failed", sourceLocation: expectation.place)
    }
}
