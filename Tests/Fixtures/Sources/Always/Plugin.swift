// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Handlers that run for every request, and expressions in directives, for the tests of the module.
public enum AlwaysPlugin: Plugin {
    /// Stands before the dot.
    public static let name: StaticString = "Always"

    /// Brings one handler for each phase.
    public static func register(on registry: inout PhaseRegistry) {
        registry.directives(of: AlwaysSettings.self)
        registry.everyRequest(.access, "Door", Door.self)
        registry.everyRequest(.fixup, "Ask") { request in
            if request.configuration(AlwaysSettings.self).tells.value {
                request.log.notice("fixup of \(request.uri), \(request.isSubrequest ? "a part" : "whole")")
            }
            guard request.isInitial else { return .declined }
            request.inputHeaders.replaceValues("X-In") { $0 == "keep" ? nil : "[\($0)]" }
            return .declined
        }
        registry.everyRequest(.handler, "Own", own)
        registry.everyRequest(.log, "Tell") { request in
            if request.configuration(AlwaysSettings.self).tells.value { request.log.notice("done with \(request.uri)") }
            return .declined
        }
        registry.responseHeader("Mark", mark)
    }

    /// Makes the content of `/own`, and of what is below, and leaves all else.
    @Sendable private static func own(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        guard request.uri.hasPrefix("/own") else { return .declined }
        request.contentType = .plainText
        let values = request.inputHeaders.entries.filter { $0.name == "X-In" }.map(\.value)
        request.errorHeaders.add("Set-Cookie", "e=1")
        request.outputHeaders.add("Set-Cookie", "a=1")
        request.outputHeaders.add("X-Between", "1")
        request.outputHeaders.add("Set-Cookie", "b=2")
        if request.queryString == "304" { return .status(HTTPStatus(rawValue: 304)) }
        try request.write("own \(values.joined(separator: " "))\n")
        return .ok
    }

    /// Marks what is named in the configuration, and says that it ran.
    @Sendable private static func mark(_ request: borrowing Request) throws(HTTPDError) {
        let settings = request.configuration(AlwaysSettings.self)
        guard settings.mark.value != "" else { return }
        for condition in settings.conditions where try !condition.evaluate(request) { return }
        for name in ["Set-Cookie", "Location", "X-Late"] {
            request.outputHeaders.replaceValues(name) { "\($0);\(settings.mark.value)" }
            request.errorHeaders.replaceValues(name) { "\($0);\(settings.mark.value)" }
        }
        request.outputHeaders.add("X-Run", "\(request.status.rawValue)")
        for text in settings.texts { request.outputHeaders.add("X-Text", try text.evaluate(request)) }
        if settings.fails.value {
            request.contentType = MediaType(rawValue: "text/x-failed")
            request.errorHeaders.add("X-Error", "left over")
            throw HTTPDError("thrown at the header by the test")
        }
    }
}

/// Lets nobody in who says so.
struct Door: RequestHandler {
    func handle(_ request: borrowing Request) throws(HTTPDError) -> Decision {
        request.inputHeaders.contains("X-Forbid") ? .status(.forbidden) : .declined
    }
}

/// What the handlers do in a section.
struct AlwaysSettings: ModuleConfiguration {
    var mark = Setting("")
    var conditions: [ConditionExpression] = []
    var texts: [StringExpression] = []
    var fails = Setting(false)
    var tells = Setting(false)

    static var directives: [Directive<Self>] {
        Directive("AlwaysMark", \.mark, help: "what is added to header fields; empty for nothing at all")
        Directive("AlwaysWhen", appendingTo: \.conditions, help: "a condition for marks")
        Directive("AlwaysText", appendingTo: \.texts, help: "a text for X-Text")
        Directive("AlwaysFail", \.fails, help: "whether marking ends with an error")
        Directive("AlwaysTell", \.tells, help: "whether the log tells what runs")
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Always)
public func plugin(_ host: PluginHost) -> PluginTable { AlwaysPlugin.load(by: host) }
