// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Keeps all bytes, as a filter on bytes: what the adapter costs.
struct Keep: OutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func write(_ bytes: Span<UInt8>, into output: inout Output) {
        output.keep(bytes.count)
    }
}

/// Passes every brigade on as it is. `C_PASS` is the same in C.
struct Pass: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.pass(&brigade)
    }
}

/// Reads every data bucket and moves it on. `C_READ` is the same in C.
struct Read: BrigadeOutputFilter {
    static let effect: ContentEffect = .none

    init?(_ request: borrowing Request, options: NoOptions) {}

    mutating func filter(_ brigade: inout Brigade, next: borrowing NextFilter) throws(HTTPDError) {
        try next.withBrigade { (out: inout Brigade) throws(HTTPDError) in
            while let kind = brigade.firstKind {
                if case .data = kind { try Self.read(&brigade, &out, next) }
                brigade.moveFirst(to: &out)
            }
            try next.pass(&out)
        }
    }

    /// What a slow source holds back does not hold back the rest.
    private static func read(
        _ brigade: inout Brigade, _ out: inout Brigade, _ next: borrowing NextFilter
    ) throws(HTTPDError) {
        do throws(HTTPDError) {
            _ = try brigade.readFirst(blocking: false)
        } catch {
            guard error.status.isTryAgain else { throw error }
            out.appendFlush()
            try next.pass(&out)
            _ = try brigade.readFirst()
        }
    }
}

/// The plugin.
public enum BenchFiltersPlugin: Plugin {
    /// As its file is called.
    public static let name: StaticString = "BenchFilters"

    /// Offers the filters.
    public static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Keep", Keep.self)
        registry.outputFilter("Pass", Pass.self)
        registry.outputFilter("Read", Read.self)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_BenchFilters)
public func plugin(_ host: PluginHost) -> PluginTable { BenchFiltersPlugin.load(by: host) }
