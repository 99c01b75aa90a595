// SPDX-License-Identifier: Apache-2.0
import APR
import Testing

@Suite("Brigades and backlogs over real APR")
struct BrigadeTests {
    private let fixture: Fixture

    init() throws {
        fixture = try #require(Fixture())
    }

    @Test func bucketsComeOutInOrder() throws {
        try fixture.withBrigade { brigade in
            #expect(brigade.isEmpty && brigade.firstKind == nil && !brigade.endsStream)
            brigade.append("one")
            brigade.appendFlush()
            brigade.append("two")
            brigade.appendEndOfStream()
            #expect(brigade.endsStream == true)
            let text = try brigade.drainText()
            #expect(text == "one<flush>two<end>")
            #expect(brigade.isEmpty == true)
        }
    }

    @Test func emptyTextIsNoBucket() throws {
        try fixture.withBrigade { brigade in
            brigade.append("")
            #expect(brigade.isEmpty == true)
        }
    }

    @Test func aBucketMovesFromBrigadeToBrigade() throws {
        try fixture.withBrigade { one in
            one.append("a")
            one.append("b")
            one.append("c")
            guard let first = one.popFirst() else {
                Issue.record("no bucket")
                return
            }
            #expect(first.typeName == "HEAP" && first.byteCount == 1 && !first.kind.isMetadata)
            one.append(first)
            guard let second = one.popFirst() else { return }
            one.prepend(second)
            let text = try one.drainText()
            #expect(text == "bca")
        }
    }

    @Test func aBucketIsSplit() throws {
        try fixture.withBrigade { brigade in
            brigade.append("abcdef")
            try brigade.splitFirst(at: 2)
            brigade.removeFirst()
            let text = try brigade.drainText()
            #expect(text == "cdef")
        }
    }

    @Test(arguments: [-1, 7, Int.max])
    func aSplitOutOfRangeThrows(_ count: Int) throws {
        try fixture.withBrigade { brigade in
            brigade.append("abcdef")
            var thrown = false
            do throws(HTTPDError) { try brigade.splitFirst(at: count) } catch { thrown = true }
            #expect(thrown)
        }
    }

    @Test func callsOnAnEmptyBrigadeDoNothing() throws {
        try fixture.withBrigade { brigade in
            brigade.removeFirst()
            let count = try brigade.readFirst().count
            #expect(count == 0)
            var thrown = false
            do throws(HTTPDError) { try brigade.splitFirst(at: 0) } catch { thrown = true }
            #expect(thrown)
        }
    }

    @Test func aSourceOfUnknownLengthIsReadPieceByPiece() throws {
        try fixture.withBrigade { brigade in
            fixture.appendUnknown("hello world", piece: 4, to: &brigade)
            let count = try brigade.readFirst().count
            #expect(count == 4)
            let text = try brigade.drainText()
            #expect(text == "hello world")
        }
        #expect(fixture.liveBuckets == 0)
    }

    @Test func aPipeHasNothingUntilItIsWritten() throws {
        try fixture.withBrigade { brigade in
            try fixture.withPipe(in: &brigade) { brigade, end in
                guard let pipe = brigade.popFirst() else { return }
                #expect(pipe.typeName == "PIPE" && pipe.byteCount == nil)
                brigade.append(pipe)
                var status = Status.success
                do throws(HTTPDError) { _ = try brigade.readFirst(blocking: false) } catch { status = error.status }
                #expect(status.isTryAgain)
                end.write("through the pipe")
                let count = try brigade.readFirst(blocking: false).count
                #expect(count == 16)
                brigade.removeFirst()
                end.close()
                let text = try brigade.drainText()
                #expect(text == "")
            }
        }
    }

    @Test func aBucketThatFailsToReadThrowsItsStatus() throws {
        try fixture.withBrigade { brigade in
            fixture.appendFailing(to: &brigade)
            var status = Status.success
            do throws(HTTPDError) { _ = try brigade.readFirst() } catch { status = error.status }
            #expect(status.isTimedOut)
        }
        #expect(fixture.liveBuckets == 0)
    }

    @Test func whatIsHeldSurvivesItsMemory() throws {
        try fixture.withBrigade { brigade in
            try fixture.withPool { pool in
                var backlog = Backlog(in: pool)
                #expect(backlog.isEmpty == true)
                try fixture.withTransient("on the stack", in: &brigade) { brigade in
                    guard let bucket = brigade.popFirst() else { return }
                    #expect(bucket.typeName == "TRANSIENT")
                    try backlog.hold(bucket)
                }
                #expect(backlog.isEmpty == false)
                backlog.drain(into: &brigade)
                #expect(backlog.isEmpty == true)
                let text = try brigade.drainText()
                #expect(text == "on the stack")
            }
        }
    }

    @Test func aSourceThatCannotBeSetAsideIsRead() throws {
        try fixture.withBrigade { brigade in
            try fixture.withPool { pool in
                var backlog = Backlog(in: pool)
                fixture.appendUnknown("piece by piece", piece: 3, to: &brigade)
                guard let bucket = brigade.popFirst() else { return }
                try backlog.hold(bucket)
                brigade.append("before ")
                backlog.drain(into: &brigade)
                let text = try brigade.drainText()
                #expect(text == "before piece by piece")
            }
        }
        #expect(fixture.liveBuckets == 0)
    }

    @Test func whatIsHeldIsDestroyedWithItsPool() throws {
        var fixture = Fixture()
        var backlog: Backlog?
        fixture?.withPool { pool in backlog = Backlog(in: pool) }
        try fixture?.withBrigade { brigade in
            brigade.append("kept")
            if let bucket = brigade.popFirst() { try backlog?.hold(bucket) }
        }
        let held = backlog?.isEmpty
        #expect(held == false)
        fixture = nil
        let isEmpty = backlog?.isEmpty
        #expect(isEmpty == true)
        backlog = nil
    }

    @Test func aBucketThatIsDroppedIsDestroyed() throws {
        try fixture.withBrigade { brigade in
            fixture.appendUnknown("x", piece: 1, to: &brigade)
            _ = brigade.popFirst()
            #expect(brigade.isEmpty == true)
        }
        #expect(fixture.liveBuckets == 0)
    }

    @Test func bytesAreFound() {
        let text = Array("abcabd".utf8)
        #expect(text.span.firstOffset(of: Array("abd".utf8).span) == 3)
        #expect(text.span.firstOffset(of: Array("ab".utf8).span, from: 1) == 3)
        #expect(text.span.firstOffset(of: Array("abx".utf8).span) == nil)
        #expect(text.span.firstOffset(of: Span<UInt8>()) == nil)
        #expect(text.span.firstOffset(of: Array("d".utf8).span, from: 6) == nil)
        #expect(text.span.firstOffset(of: Array("a".utf8).span, from: -1) == nil)
        #expect(text.span.firstOffset(of: Array("a".utf8).span, from: Int.max) == nil)
        #expect(text.span.firstOffset(of: UInt8(ascii: "d")) == 5)
        #expect(text.span.firstOffset(of: UInt8(ascii: "d"), from: 6) == nil)
        #expect(text.span.firstOffset(of: UInt8(ascii: "a"), from: -1) == nil)
    }
}
