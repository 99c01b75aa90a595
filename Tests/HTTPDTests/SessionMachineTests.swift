// SPDX-License-Identifier: Apache-2.0
import HTTPD
import Testing

/// The steps of a connection, without I/O: the test says what time it is, and how each step went.
@Suite("The state machine of a protocol session")
struct SessionMachineTests {
    private static func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    private static func limits(_ change: (inout ProtocolLimits) -> Void = { _ in }) -> ProtocolLimits {
        var limits = ProtocolLimits()
        limits.idle = .seconds(60)
        limits.write = .seconds(30)
        limits.highWaterMark = 1_000
        limits.lowWaterMark = 200
        change(&limits)
        return limits
    }

    /// A machine whose handler was told that the connection is open, and which found nothing to read.
    private static func waiting(_ limits: ProtocolLimits = limits()) -> SessionMachine {
        var machine = SessionMachine(limits, now: at(0))
        #expect(machine.next(at(0)) == .open)
        machine.opened()
        machine.readNothing()
        machine.readNothing()
        #expect(machine.next(at(0)) == .wait(.read))
        return machine
    }

    @Test func aNewConnectionIsOpenedThenReadTwiceThenWaits() {
        var machine = SessionMachine(Self.limits(), now: Self.at(0))
        #expect(machine.next(Self.at(0)) == .open)
        machine.opened()
        for _ in 0..<2 {
            #expect(machine.next(Self.at(0)) == .read)
            machine.readNothing()
        }
        #expect(machine.next(Self.at(0)) == .wait(.read))
        #expect(machine.deadline == Self.at(60))
        machine.resumed()
        #expect(machine.next(Self.at(1)) == .read)
    }

    @Test func aBannerIsWrittenBeforeAnythingIsRead() {
        var machine = SessionMachine(Self.limits(), now: Self.at(0))
        _ = machine.next(Self.at(0))
        machine.opened()
        machine.setOutput(20)
        #expect(machine.next(Self.at(0)) == .write)
        machine.wrote(20, isPending: false, Self.at(0))
        #expect(machine.next(Self.at(0)) == .read)
    }

    @Test func framesAreDecodedBeforeTheirAnswersAreWritten() {
        var machine = Self.waiting()
        machine.resumed()
        machine.read(Self.at(1))
        #expect(machine.next(Self.at(1)) == .decode)
        machine.setOutput(10)
        machine.decoded(frames: 1, isExhausted: false, hasBytes: true, Self.at(1))
        #expect(machine.next(Self.at(1)) == .decode)
        machine.setOutput(20)
        machine.decoded(frames: 1, isExhausted: true, hasBytes: false, Self.at(1))
        #expect(machine.next(Self.at(1)) == .write)
    }

    @Test func aboveTheHighWaterMarkNothingIsDecodedUntilOutputFallsBelowTheLowOne() {
        var machine = Self.waiting()
        machine.resumed()
        machine.read(Self.at(1))
        machine.setOutput(1_000)
        machine.decoded(frames: 5, isExhausted: false, hasBytes: true, Self.at(1))
        #expect(machine.next(Self.at(1)) == .write)
        machine.wrote(700, isPending: false, Self.at(1))
        #expect(machine.next(Self.at(1)) == .write, "300 bytes are above the low-water mark")
        machine.wrote(100, isPending: false, Self.at(1))
        #expect(machine.next(Self.at(1)) == .decode)
    }

    @Test func whileTheSocketTakesNothingNothingIsReadOrDecoded() {
        var machine = Self.waiting()
        machine.resumed()
        machine.read(Self.at(1))
        machine.setOutput(10)
        machine.decoded(frames: 1, isExhausted: false, hasBytes: true, Self.at(1))
        machine.setOutput(0)
        machine.wrote(0, isPending: true, Self.at(1))
        #expect(machine.next(Self.at(1)) == .wait(.write))
        #expect(machine.deadline == Self.at(31), "the write deadline runs, and the idle one does not")
        machine.resumed()
        #expect(machine.next(Self.at(2)) == .write)
        machine.wrote(0, isPending: false, Self.at(2))
        #expect(machine.next(Self.at(2)) == .decode)
    }

    @Test func aWriteThatGetsNowhereEndsTheConnectionWithoutACall() {
        var machine = Self.waiting()
        machine.setOutput(10)
        #expect(machine.next(Self.at(5)) == .write)
        machine.wrote(10, isPending: true, Self.at(5))
        #expect(machine.next(Self.at(20)) == .wait(.write))
        #expect(machine.next(Self.at(35)) == .close(.timedOut(.write)))
        #expect(machine.next(Self.at(36)) == .close(.timedOut(.write)))
    }

    @Test func everyByteThatIsTakenStartsTheWriteDeadlineAnew() {
        var machine = Self.waiting()
        machine.setOutput(20)
        _ = machine.next(Self.at(5))
        machine.wrote(10, isPending: true, Self.at(5))
        machine.resumed()
        #expect(machine.next(Self.at(30)) == .write)
        machine.wrote(1, isPending: true, Self.at(30))
        #expect(machine.deadline == Self.at(60))
        machine.resumed()
        #expect(machine.next(Self.at(40)) == .write)
        machine.wrote(0, isPending: true, Self.at(40))
        #expect(machine.deadline == Self.at(60), "an attempt is no progress")
    }

    @Test func idleStartsAnewWithBytesOfEitherSide() {
        var machine = Self.waiting()
        machine.resumed()
        machine.read(Self.at(30))
        machine.decoded(frames: 1, isExhausted: true, hasBytes: false, Self.at(30))
        #expect(machine.deadline == Self.at(90))
        machine.setOutput(5)
        _ = machine.next(Self.at(50))
        machine.wrote(5, isPending: false, Self.at(50))
        #expect(machine.deadline == Self.at(110))
        #expect(machine.next(Self.at(110)) == .expire(.idle))
    }

    @Test func aHandlerMayLiveWithADeadlineOnceMoreButNotWithTheLast() {
        var machine = Self.waiting(Self.limits { $0.connection = .seconds(100) })
        #expect(machine.next(Self.at(60)) == .expire(.idle))
        machine.expired(.idle, .continue, Self.at(60))
        #expect(machine.next(Self.at(61)) == .wait(.read))
        #expect(machine.deadline == Self.at(100))
        #expect(machine.next(Self.at(100)) == .expire(.connection))
        machine.expired(.connection, .continue, Self.at(100))
        #expect(machine.next(Self.at(100)) == .close(.timedOut(.connection)))
    }

    @Test func aGoodbyeLeavesBeforeTheConnectionThatTimedOutIsClosed() {
        var machine = Self.waiting()
        #expect(machine.next(Self.at(60)) == .expire(.idle))
        machine.setOutput(15)
        machine.expired(.idle, .close, Self.at(60))
        #expect(machine.next(Self.at(60)) == .write)
        machine.wrote(15, isPending: false, Self.at(60))
        #expect(machine.next(Self.at(60)) == .close(.timedOut(.idle)))
    }

    @Test func theFirstByteHasADeadlineOfItsOwn() {
        var machine = Self.waiting(Self.limits { $0.firstByte = .seconds(5) })
        #expect(machine.deadline == Self.at(5))
        var other = machine
        #expect(machine.next(Self.at(5)) == .expire(.firstByte))
        other.resumed()
        other.read(Self.at(4))
        other.decoded(frames: 1, isExhausted: true, hasBytes: false, Self.at(4))
        #expect(other.deadline == Self.at(64))
    }

    @Test func aFrameThatDripsInHasADeadlineFromItsFirstByte() {
        var machine = Self.waiting(Self.limits { $0.wholeFrame = .seconds(10) })
        for second in Int64(1)..<10 {
            machine.resumed()
            machine.read(Self.at(second))
            machine.decoded(frames: 0, isExhausted: true, hasBytes: true, Self.at(second))
            #expect(machine.deadline == Self.at(11))
        }
        var other = machine
        #expect(machine.next(Self.at(11)) == .expire(.wholeFrame))
        other.read(Self.at(10))
        other.decoded(frames: 1, isExhausted: true, hasBytes: true, Self.at(10))
        #expect(other.deadline == Self.at(20), "the next frame has begun")
    }

    @Test func theEndOfInputIsToldWhenAllFramesAreDecodedAndAnswersHaveLeft() {
        var machine = Self.waiting()
        machine.resumed()
        machine.readEnd(hasBytes: true)
        #expect(machine.isLastInput)
        #expect(machine.next(Self.at(1)) == .decode)
        machine.setOutput(5)
        machine.decoded(frames: 1, isExhausted: true, hasBytes: false, Self.at(1))
        #expect(machine.next(Self.at(1)) == .write)
        machine.wrote(5, isPending: false, Self.at(1))
        #expect(machine.next(Self.at(1)) == .end)
        var other = machine
        machine.ended(.close)
        #expect(machine.next(Self.at(1)) == .close(.clientEnded))
        other.ended(.continue)
        #expect(other.next(Self.at(1)) == .wait(.neither))
        #expect(other.next(Self.at(61)) == .expire(.idle))
    }

    @Test func drainingIsToldOnceAndEndsTheConnectionAtItsTime() {
        var machine = Self.waiting()
        machine.drain(until: Self.at(10))
        machine.drain(until: Self.at(99))
        #expect(machine.next(Self.at(3)) == .drain)
        machine.answered(.continue)
        #expect(machine.next(Self.at(3)) == .wait(.read))
        #expect(machine.deadline == Self.at(10))
        #expect(machine.next(Self.at(10)) == .close(.timedOut(.drain)))
    }

    @Test func drainingDoesNotWaitForAClientThatTakesNothing() {
        var machine = Self.waiting()
        machine.setOutput(5)
        _ = machine.next(Self.at(1))
        machine.wrote(5, isPending: true, Self.at(1))
        machine.drain(until: Self.at(10))
        #expect(machine.next(Self.at(3)) == .drain)
        machine.setOutput(7)
        machine.answered(.close)
        #expect(machine.next(Self.at(3)) == .wait(.write))
        #expect(machine.next(Self.at(10)) == .close(.timedOut(.drain)))
        #expect(machine.isStuck)
    }

    @Test func timersFireInTheirOrderAndNotWhileClosing() {
        var machine = Self.waiting()
        #expect(machine.deadlines.schedule(at: Self.at(7), tag: 2) == true)
        #expect(machine.deadlines.schedule(at: Self.at(5), tag: 1) == true)
        #expect(machine.deadlines.schedule(at: Self.at(50), tag: 3) == true)
        #expect(machine.deadline == Self.at(5))
        #expect(machine.next(Self.at(8)) == .fire(tag: 1))
        #expect(machine.next(Self.at(8)) == .fire(tag: 2))
        #expect(machine.next(Self.at(8)) == .wait(.read))
        machine.close(.finished)
        #expect(machine.next(Self.at(55)) == .close(.finished))
    }

    @Test func aConnectionHasNoMoreTimersThanItMay() {
        var machine = Self.waiting()
        for tag in 0..<SessionDeadlines.mostTimers {
            #expect(machine.deadlines.schedule(at: Self.at(5), tag: tag) == true)
        }
        #expect(machine.deadlines.schedule(at: Self.at(5), tag: 0) == false)
    }

    @Test func mailIsCollectedUnlessOutputIsAboveTheHighWaterMark() {
        var machine = Self.waiting()
        machine.setMail(true)
        #expect(machine.next(Self.at(1)) == .collect)
        machine.setOutput(1_000)
        #expect(machine.next(Self.at(1)) == .write)
        machine.wrote(1_000, isPending: true, Self.at(1))
        #expect(machine.next(Self.at(1)) == .collect, "there is room behind what the filters hold")
    }

    @Test func aBusyConnectionLetsOthersHaveTheThread() {
        var machine = Self.waiting()
        machine.resumed()
        for _ in 0..<64 {
            #expect(machine.next(Self.at(1)) == .read)
            machine.read(Self.at(1))
            machine.decoded(frames: 1, isExhausted: true, hasBytes: false, Self.at(1))
        }
        #expect(machine.next(Self.at(1)) == .yield)
        #expect(machine.next(Self.at(1)) == .read)
    }

    @Test func whatEndedTheConnectionFirstIsTheReason() {
        var machine = Self.waiting()
        machine.setOutput(5)
        machine.close(.failed(HTTPDError("first")))
        machine.close(.finished)
        machine.terminate(.serverEnded)
        machine.terminate(.clientGone)
        #expect(machine.next(Self.at(1)) == .close(.serverEnded))
    }
}
