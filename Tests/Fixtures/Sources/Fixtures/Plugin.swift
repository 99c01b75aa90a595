// SPDX-License-Identifier: Apache-2.0
import HTTPD

/// Filters and handlers that behave in one known way each, for the tests of the toolkit and of the module.
public enum FixturesPlugin: Plugin {
    /// Stands before the dot: `Fixtures.Pass`.
    public static let name: StaticString = "Fixtures"

    /// Offers all of them.
    public static func register(on registry: inout PhaseRegistry) {
        registry.outputFilter("Pass", Pass.self)
        registry.outputFilter("Rewrite", Rewrite.self)
        registry.outputFilter("Upper", Upper.self)
        registry.outputFilter("Double", Double.self)
        registry.outputFilter("Drop", Drop.self)
        registry.outputFilter("Decline", Decline.self)
        registry.outputFilter("Throw", Throw.self)
        registry.outputFilter("Stumble", Stumble.self)

        registry.outputFilter("PassBrigade", PassBrigade.self)
        registry.outputFilter("Chop", Chop.self)
        registry.outputFilter("FlushInside", FlushInside.self)
        registry.outputFilter("MetadataFirst", MetadataFirst.self)
        registry.outputFilter("ErrorBucket", ErrorBucket.self)
        registry.outputFilter("ThrowBrigade", ThrowBrigade.self)
        registry.outputFilter("Record", Record.self)

        registry.inputFilter("PassIn", PassIn.self)
        registry.inputFilter("UpperIn", UpperIn.self)
        registry.inputFilter("DoubleIn", DoubleIn.self)
        registry.inputFilter("DropIn", DropIn.self)
        registry.inputFilter("DeclineIn", DeclineIn.self)
        registry.inputFilter("ThrowIn", ThrowIn.self)
        registry.inputFilter("PassBrigadeIn", PassBrigadeIn.self)

        registry.protocolHandler("Desk", Desk.self)

        Handlers.register(on: &registry)
    }
}

/// What mod_swift calls.
@c(swift_httpd_plugin_Fixtures)
public func plugin(_ host: PluginHost) -> PluginTable { FixturesPlugin.load(by: host) }
