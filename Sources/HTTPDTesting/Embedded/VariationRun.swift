// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
internal import CHTTPDEmbedded
internal import HTTPD

/// Gives an input to a filter as a variation says.
struct VariationRun {
    let world: EmbeddedWorld
    let input: [UInt8]
    let variation: Variation

    // SAFETY (for the whole type): the world's records are alive; C copies all bytes that it is given.

    /// Sends the input through the output filters.
    func send() -> VariationOutcome {
        if variation.nextKeeps { unsafe chttpd_embedded_keep(world.raw) }
        var status = Status.success
        for step in variation.steps where status == .success {
            switch step {
            case .data(let range, let memory): append(range, memory)
            case .flush: unsafe chttpd_embedded_flush(world.raw)
            case .mark(let number): unsafe chttpd_embedded_mark(world.raw, CInt(truncatingIfNeeded: number))
            case .end: unsafe chttpd_embedded_eos(world.raw)
            case .pass: status = Status(rawValue: unsafe chttpd_embedded_pass(world.raw))
            }
        }
        unsafe chttpd_embedded_settle(world.raw)
        return outcome(status, nil)
    }

    private func append(_ range: Range<Int>, _ memory: Variation.Memory) {
        unsafe world.lend(input, range) { start, count in
            switch memory {
            case .heap: unsafe chttpd_embedded_heap(world.raw, start, count)
            case .transient: unsafe chttpd_embedded_transient(world.raw, start, count)
            case .unknown(let piece): unsafe chttpd_embedded_unknown(world.raw, start, count, piece, 0)
            case .late: unsafe chttpd_embedded_unknown(world.raw, start, count, 8000, 1)
            }
        }
    }

    /// Reads the input through the input filters.
    func receive() -> VariationOutcome {
        prepareSource()
        var status = Status.success
        var blocks = !variation.triesFirst
        var hasEnded = false
        // More reads than any filter needs that lets one byte through per read.
        for _ in 0..<(1_000 + 64 * (input.count + 1)) where !hasEnded {
            let before = (world.count, unsafe chttpd_embedded_event_count(world.raw))
            status = unsafe Status(
                rawValue: chttpd_embedded_read(world.raw, blocks ? 1 : 0, Int64(variation.readLimit)))
            if status.isTryAgain, !blocks {
                blocks = true
                continue
            }
            guard status == .success else { return outcome(status, nil) }
            let after = (world.count, unsafe chttpd_embedded_event_count(world.raw))
            if after.0 - before.0 > variation.readLimit {
                return outcome(status, "a read of \(variation.readLimit) bytes brought \(after.0 - before.0)")
            }
            if blocks, after == before { return outcome(status, "a read that waits brought nothing") }
            blocks = !variation.triesFirst
            hasEnded = after.1 > before.1 && world.events.contains { $0.mark == .end }
        }
        return outcome(status, hasEnded ? nil : "the body has no end")
    }

    private func prepareSource() {
        var joins = false
        for step in variation.steps {
            switch step {
            case .data(let range, let memory):
                unsafe world.lend(input, range) { start, count in
                    guard count > 0 else { return }
                    switch memory {
                    case .heap, .transient: unsafe chttpd_embedded_source_data(world.raw, start, count)
                    case .unknown(let piece): unsafe chttpd_embedded_source_unknown(world.raw, start, count, piece)
                    case .late:
                        unsafe chttpd_embedded_source_wait(world.raw)
                        unsafe chttpd_embedded_source_data(world.raw, start, count)
                    }
                }
                joins = true
            case .pass: joins = false
            case .end: if joins { unsafe chttpd_embedded_source_joins_eos(world.raw) }
            case .flush, .mark: break
            }
        }
    }

    private func outcome(_ status: Status, _ fault: String?) -> VariationOutcome {
        VariationOutcome(
            variation: variation, bytes: world.bytes, events: world.events, status: status,
            isAborted: unsafe chttpd_is_aborted(world.connection) != 0,
            liveBuckets: Int(unsafe chttpd_embedded_live_buckets(world.raw)), log: world.log, fault: fault)
    }
}

extension EmbeddedWorld {
    /// The number of bytes that arrived behind the last filter.
    var count: Int {
        // SAFETY: as in the type.
        unsafe chttpd_embedded_count(raw)
    }
}
