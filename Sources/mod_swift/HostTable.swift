// SPDX-License-Identifier: Apache-2.0
internal import CModSwift

/// The host's services for plugins. Immortal: made once, never freed.
// SAFETY: written at its initialisation only.
nonisolated(unsafe) let hostServices: UnsafePointer<swift_httpd_host_services> = {
    let services = UnsafeMutablePointer<swift_httpd_host_services>.allocate(capacity: 1)
    unsafe services.initialize(
        to: swift_httpd_host_services(
            abi: SWIFT_HTTPD_PLUGIN_ABI, size: UInt32(MemoryLayout<swift_httpd_host_services>.size),
            option: { request, key in
                // SAFETY: a plugin passes the request that httpd lent it, and a C string.
                guard let r = unsafe request?.assumingMemoryBound(to: request_rec.self), let key = unsafe key else {
                    return nil
                }
                return unsafe DirectoryConfiguration.option(key, of: r)
            },
            now: modswift_live_now, link: modswift_live_link, drain_until: modswift_live_drain_until,
            deadline: modswift_live_deadline, wait: modswift_live_wait, wake: modswift_live_wake,
            linger: modswift_live_linger, park: modswift_live_park, count: modswift_tally_count,
            show: modswift_board_show, counter: modswift_counter, add: modswift_counter_add,
            features: UInt64(SWIFT_HTTPD_RUNS_EVERY_REQUEST),
            cache: modswift_cache, cache_begin: modswift_cache_begin, cache_end: modswift_cache_end,
            cache_store: modswift_cache_store, cache_retrieve: modswift_cache_retrieve,
            cache_remove: modswift_cache_remove, cache_list: modswift_cache_list,
            channel: modswift_channel, send: modswift_channel_send, own_child: modswift_channel_own_child,
            channel_capacity: modswift_channel_capacity, counted: modswift_counter_sum,
            catch_up: modswift_channel_catch_up))
    return unsafe UnsafePointer(services)
}()
