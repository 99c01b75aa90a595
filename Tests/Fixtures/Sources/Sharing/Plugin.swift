// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPD

/// A handler whose requests do one thing each with a cache that all children share.
public enum SharingPlugin: Plugin {
    /// Stands before the dot.
    public static let name: StaticString = "Sharing"

    /// Offers the handler, and brings a cache of the plugin's own.
    public static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: SharingSettings.self)
        registry.sharedCache(Work.own)
        registry.handler("Cache") { request throws(HTTPDError) in
            var work = Work(request.queryString ?? "")
            request.contentType = .plainText
            if work.operation == "hold" {
                try work.hold(request)
                return .ok
            }
            let settings = request.configuration(SharingSettings.self)
            let cache = work.words["own"] == nil ? settings.cache.value : Work.own
            guard let cache else { throw HTTPDError("no SharingCache is in force") }
            let text = try work.run(cache)
            guard !text.isEmpty else { return .status(.notFound) }
            try request.write("\(getpid()) \(text)\n")
            return .ok
        }
    }
}

/// The directives.
struct SharingSettings: ModuleConfiguration {
    var cache: Setting<SharedCache?> = Setting(nil)

    static var directives: [Directive<SharingSettings>] {
        Directive("SharingCache", \.cache, help: "provider[:arguments]")
    }
}

/// `?op=...&key=...`
struct Work {
    static let own = SharedCache("shmcb", arguments: "(65536)", hints: SharedCache.Hints(objectSize: 100_000))

    var words: [String: String] = [:]
    var operation: String { words["op"] ?? "" }
    private var key: [UInt8] { Array((words["key"] ?? "").utf8) }
    private func number(_ name: String, otherwise: Int) -> Int { words[name].flatMap { Int($0) } ?? otherwise }
    private var expires: Timestamp {
        Timestamp(microseconds: Timestamp.now.microseconds + Int64(number("life", otherwise: 600_000)) * 1000)
    }

    init(_ query: String) {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            words[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
    }

    private static func integer(_ bytes: Span<UInt8>) -> Int {
        var value = 0
        for index in bytes.indices { value = value &* 10 &+ Int(bytes[index] & 15) }
        return value
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        var array: [UInt8] = []
        for index in bytes.indices { array.append(bytes[index]) }
        return String(decoding: array, as: UTF8.self)
    }

    /// The answer; empty if there is nothing.
    mutating func run(_ cache: SharedCache) throws(HTTPDError) -> String {
        let key = key
        let expires = expires
        switch operation {
        case "store":
            let object = [UInt8](
                repeating: UInt8(ascii: "x"), count: min(4 << 20, max(0, number("size", otherwise: 0))))
            let text = words["value"].map { Array($0.utf8) } ?? object
            return try cache.withLock { (access) throws(HTTPDError) -> String in
                let result = try access.store(text.span, under: key.span, expires: expires)
                return result == .stored ? "stored" : "too large"
            }
        case "get":
            return try cache.withAccess { (access) throws(HTTPDError) -> String in
                guard let bytes = try access.retrieve(key.span) else { return "" }
                return bytes.count > 100 ? "\(bytes.count) bytes" : "is " + Self.text(bytes)
            }
        case "remove":
            return try cache.withAccess { (access) throws(HTTPDError) -> String in
                try access.remove(key.span)
                return "removed"
            }
        case "list":
            return try cache.withLock { (access) throws(HTTPDError) -> String in
                var lines: [String] = []
                try access.forEach { (key, object) throws(HTTPDError) in
                    lines.append("\(Self.text(key))=\(Self.text(object))")
                }
                return lines.sorted().joined(separator: ",")
            }
        case "count":
            var last = 0
            for _ in 0..<max(1, number("times", otherwise: 1)) {
                last = try cache.withLock { (access) throws(HTTPDError) -> Int in
                    var count = 0
                    if let bytes = try access.retrieve(key.span) { count = Self.integer(bytes) }
                    _ = try access.store(Array("\(count + 1)".utf8).span, under: key.span, expires: expires)
                    return count + 1
                }
            }
            return "at \(last)"
        case "throw":
            try cache.withLock { (access) throws(HTTPDError) in
                _ = try access.store(Array("thrown".utf8).span, under: key.span, expires: expires)
                throw HTTPDError("thrown with the lock", httpStatus: 503)
            }
            return "nothing was thrown"
        case "throwlist":
            try cache.withLock { (access) throws(HTTPDError) in
                try access.forEach { (_, _) throws(HTTPDError) in
                    throw HTTPDError("thrown while listing", httpStatus: 503)
                }
            }
            return "nothing was thrown"
        case "nest":
            return try cache.withLock { (_) throws(HTTPDError) -> String in
                do throws(HTTPDError) {
                    return try cache.withLock { (_) throws(HTTPDError) -> String in "locked twice" }
                } catch {
                    return error.description
                }
            }
        case "nestother":
            return try cache.withLock { (access) throws(HTTPDError) -> String in
                guard let bytes = try access.retrieve(key.span) else { return "" }
                let other = try Work.own.withLock { (inner) throws(HTTPDError) -> String in
                    _ = try inner.store(Array("other".utf8).span, under: key.span, expires: expires)
                    guard let found = try inner.retrieve(key.span) else { return "" }
                    return Self.text(found)
                }
                return Self.text(bytes) + " and " + other
            }
        case "measure":
            return try measure(cache)
        default: return "?"
        }
    }

    /// Says who it is, and sleeps with the lock.
    func hold(_ request: borrowing Request) throws(HTTPDError) {
        guard let cache = request.configuration(SharingSettings.self).cache.value else { return }
        let time = UInt32(clamping: number("ms", otherwise: 100) * 1000)
        let pid = getpid()
        request.log.notice("\(pid) is going to hold the lock")
        try cache.withLock { (_) throws(HTTPDError) in _ = usleep(time) }
        try request.write("\(pid) held\n")
    }

    /// Stores and reads as often as asked, for a count of instructions.
    private func measure(_ cache: SharedCache) throws(HTTPDError) -> String {
        let times = number("times", otherwise: 1000)
        let key = key
        let object = [UInt8](repeating: 7, count: number("size", otherwise: 100))
        let expires = expires
        var sum = 0
        for index in 0..<times {
            sum += try cache.withLock { (access) throws(HTTPDError) -> Int in
                if words["what"] == "store" {
                    return try access.store(object.span, under: key.span, expires: expires) == .stored ? 1 : 0
                }
                if words["what"] == "nothing" { return index }
                return try access.retrieve(key.span)?.count ?? 0
            }
        }
        return "measured \(sum)"
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Sharing)
public func plugin(_ host: PluginHost) -> PluginTable { SharingPlugin.load(by: host) }
