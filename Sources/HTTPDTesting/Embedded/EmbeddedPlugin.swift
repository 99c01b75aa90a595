// SPDX-License-Identifier: Apache-2.0
internal import CHTTPD
public import HTTPD

/// A plugin without a server: finds what it registered, and runs it on an ``EmbeddedRequest``.
public struct EmbeddedPlugin {
    let image: EmbeddedImage
    let section: AnyObject?

    /// Registers what the plugin offers.
    ///
    /// - Parameters:
    ///   - type: The plugin.
    ///   - directives: Lines of the plugin's own directives that are in force, such as `("Replace", "s/a/b/n")`.
    /// - Throws: What httpd would say of a wrong directive.
    public init<Tested: Plugin>(
        _ type: Tested.Type, directives: [(directive: String, arguments: String)] = []
    ) throws(DirectiveError) {
        image = EmbeddedImage { registry in type.register(on: &registry) }
        section = try image.section(directives)
    }

    /// The names of the output filters.
    public var outputFilters: [String] { image.names(.outputFilter) }
    /// The names of the input filters.
    public var inputFilters: [String] { image.names(.inputFilter) }
    /// The names of the protocols.
    public var protocols: [String] { image.names(.protocolHandler) }
    /// The names of the handlers of all phases.
    public var handlers: [String] { image.names(.phase) + image.names(.everyRequest) }

    /// Runs a handler as httpd does.
    ///
    /// - Parameters:
    ///   - name: The handler's name.
    ///   - request: The request that it handles.
    ///   - phase: The handler's phase.
    /// - Returns: What httpd gets. A handler that throws gives the status of its error, or, when a part of the
    ///   response was sent, an aborted connection; what it threw is in the request's log.
    /// - Throws: When there is no such handler.
    public func handle(
        _ name: String, _ request: EmbeddedRequest, phase: Phase = .handler
    ) throws(DirectiveError) -> Decision {
        request.world.configure(section)
        // SAFETY: the record is alive while the request is lent.
        guard let code = unsafe image.run(phase, name, UnsafeMutableRawPointer(request.world.request)) else {
            throw DirectiveError(
                "there is no handler '\(name)' of the phase \(phase): choose from \(handlers.joined(separator: ", "))")
        }
        return Decision(returnCode: code)
    }

    /// Runs a handler of responses' headers, as httpd does before the header leaves. What it throws is in the request's log.
    ///
    /// - Throws: When there is no such handler.
    public func runResponseHeader(_ name: String, _ request: EmbeddedRequest) throws(DirectiveError) {
        request.world.configure(section)
        // SAFETY: the record is alive while the request is lent.
        guard unsafe image.runResponseHeader(name, UnsafeMutableRawPointer(request.world.request)) else {
            throw DirectiveError(
                "there is no handler '\(name)' of responses' headers: choose from \(handlers.joined(separator: ", "))")
        }
    }

    /// Puts an output filter in front of those that the request has.
    ///
    /// - Throws: When there is no such filter, or its options are wrong.
    public func addOutputFilter(
        _ name: String, options: [(key: String, value: String)] = [], to request: EmbeddedRequest
    ) throws(DirectiveError) {
        request.world.configure(section)
        request.world.addOutputFilter(try image.bind(.outputFilter, name, options: options))
    }

    /// Lets an output filter look at the request's header, as httpd does just before the handler runs.
    ///
    /// - Returns: The status that ends the request, or `nil` if it goes on.
    /// - Throws: When there is no such filter, or its options are wrong.
    public func prepare(
        outputFilter name: String, options: [(key: String, value: String)] = [], for request: EmbeddedRequest
    ) throws(DirectiveError) -> Int? {
        request.world.configure(section)
        let instance = try image.bind(.outputFilter, name, options: options)
        do throws(HTTPDError) {
            // SAFETY: the record is alive while the request is lent.
            try unsafe image.prepareOutput(instance, request.world.request)
            return nil
        } catch {
            return error.httpStatus
        }
    }

    /// Puts an input filter in front of those that the request has.
    ///
    /// - Throws: When there is no such filter, or its options are wrong.
    public func addInputFilter(
        _ name: String, options: [(key: String, value: String)] = [], to request: EmbeddedRequest
    ) throws(DirectiveError) {
        request.world.configure(section)
        request.world.addInputFilter(try image.bind(.inputFilter, name, options: options))
    }
}
