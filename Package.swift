// swift-tools-version: 6.2
import PackageDescription

// What a plugin sees is checked by the compiler, so the checks are on everywhere.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // `@_lifetime` on accessors and initialisers of ~Escapable types, as swift-nio and swift-collections use it.
    .enableExperimentalFeature("Lifetimes"),
    // A protocol handler may bring a decoder that cannot be copied.
    .enableExperimentalFeature("SuppressedAssociatedTypes"),
]

// httpd's headers expect what its own build defines.
let cSettings: [CSetting] = [.define("_GNU_SOURCE"), .define("LINUX"), .define("_REENTRANT")]

let package = Package(
    name: "swift-httpd",
    products: [
        // The toolkit: linked statically into whoever uses it.
        .library(name: "HTTPD", targets: ["HTTPD"]),
        // The module: LoadModule swift_module …/libmod_swift.so
        .library(name: "mod_swift", type: .dynamic, targets: ["mod_swift"]),
        // The bundled plugins: SwiftPlugin NAME
        .library(name: "Rewriting", type: .dynamic, targets: ["Rewriting"]),
        .library(name: "HTMLRewriting", type: .dynamic, targets: ["HTMLRewriting"]),
        .library(name: "Compression", type: .dynamic, targets: ["Compression"]),
        .library(name: "Echo", type: .dynamic, targets: ["Echo"]),
        .library(name: "Lines", type: .dynamic, targets: ["Lines"]),
        .library(name: "RESP", type: .dynamic, targets: ["RESP"]),
        // What Compression codes with, for the fuzz targets: a plugin's code cannot be linked into another program.
        .library(name: "Codecs", targets: ["Codecs"]),
        // What Rewriting replaces with, for plugins of other authors.
        .library(name: "Replacing", targets: ["Replacing"]),
        // What RESP speaks and keeps, for the fuzz targets and benchmarks, and for clients that are written with it.
        .library(name: "RESPEngine", targets: ["RESPEngine"]),
        // HTML as it streams through, for plugins of other authors and the fuzz targets.
        .library(name: "HTMLTokenizing", targets: ["HTMLTokenizing"]),
        // Where pages, style sheets and header fields have URLs, and how they are mapped, for plugins of other authors.
        .library(name: "HTMLLinks", targets: ["HTMLLinks"]),
        // Selectors that are decided while a page streams through, for the fuzz targets and plugins of other authors.
        .library(name: "HTMLSelectors", targets: ["HTMLSelectors"]),
        // Pages that are changed while they stream through, for plugins of other authors and the fuzz targets.
        .library(name: "HTMLEditing", targets: ["HTMLEditing"]),
        // For the tests of plugins.
        .library(name: "HTTPDTesting", targets: ["HTTPDTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0")
    ],
    targets: [
        .systemLibrary(name: "CAPR", pkgConfig: "apr-1", providers: [.apt(["apache2-dev"])]),
        .target(name: "CHTTPD", dependencies: ["CAPR"], cSettings: cSettings),
        .target(name: "CPlugin"),
        .target(name: "APR", dependencies: ["CHTTPD", "Streaming"], swiftSettings: swiftSettings),
        .target(
            name: "Streaming",
            dependencies: [.product(name: "BasicContainers", package: "swift-collections")],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "HTTPD",
            dependencies: ["APR", "CHTTPD", "CPlugin", "Streaming"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "CCodecs",
            linkerSettings: ["z", "isal", "deflate", "brotlienc", "brotlidec", "zstd"].map { .linkedLibrary($0) }
        ),
        .target(
            name: "CodecLibraries",
            dependencies: ["CCodecs", "Streaming"],
            // C functions that take spans: so nothing here has pointers.
            swiftSettings: swiftSettings + [.enableExperimentalFeature("SafeInteropWrappers")]
        ),
        .target(
            name: "Codecs", dependencies: ["CCodecs", "CodecLibraries", "Streaming"], swiftSettings: swiftSettings),
        .target(name: "CPatterns", linkerSettings: ["hs", "pcre2-8"].map { .linkedLibrary($0) }),
        .target(
            name: "Replacing",
            dependencies: [
                "CPatterns", "Streaming", .product(name: "BasicContainers", package: "swift-collections"),
            ],
            // C functions that take spans: so nothing here has pointers.
            swiftSettings: swiftSettings + [.enableExperimentalFeature("SafeInteropWrappers")]
        ),
        .target(
            name: "RESPEngine",
            dependencies: ["Streaming", .product(name: "BasicContainers", package: "swift-collections")],
            swiftSettings: swiftSettings
        ),
        .target(name: "HTMLTokenizing", swiftSettings: swiftSettings),
        .target(name: "HTMLSelectors", swiftSettings: swiftSettings),
        .target(
            name: "HTMLEditing",
            dependencies: [
                "HTMLLinks", "HTMLSelectors", "HTMLTokenizing", "Streaming",
                .product(name: "BasicContainers", package: "swift-collections"),
            ],
            swiftSettings: swiftSettings),
        .target(name: "HTMLLinks", dependencies: ["HTMLTokenizing"], swiftSettings: swiftSettings),
        .target(name: "CModSwift", dependencies: ["CHTTPD", "CPlugin"], cSettings: cSettings),
        .target(
            name: "mod_swift",
            dependencies: ["APR", "HTTPD", "CHTTPD", "CPlugin", "CModSwift"],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "Rewriting", dependencies: ["HTTPD", "Replacing"], path: "filters/Rewriting",
            swiftSettings: swiftSettings),
        .target(
            name: "HTMLRewriting", dependencies: ["HTMLEditing", "HTMLLinks", "HTMLTokenizing", "HTTPD", "Streaming"],
            path: "filters/HTMLRewriting", swiftSettings: swiftSettings),
        .target(
            name: "Compression", dependencies: ["HTTPD", "Codecs"], path: "filters/Compression",
            swiftSettings: swiftSettings),
        .target(name: "Echo", dependencies: ["HTTPD"], path: "protocols/Echo", swiftSettings: swiftSettings),
        .target(name: "Lines", dependencies: ["HTTPD"], path: "protocols/Lines", swiftSettings: swiftSettings),
        .target(
            name: "RESP", dependencies: ["HTTPD", "RESPEngine"], path: "protocols/RESP", swiftSettings: swiftSettings),
        .target(
            name: "CHTTPDEmbedded",
            dependencies: ["CHTTPD"],
            cSettings: cSettings,
            linkerSettings: [.linkedLibrary("apr-1"), .linkedLibrary("aprutil-1")]
        ),
        .target(
            name: "HTTPDTesting",
            dependencies: ["APR", "HTTPD", "CHTTPD", "CHTTPDEmbedded"],
            swiftSettings: swiftSettings
        ),
        // Without a server, over real APR.
        .testTarget(
            name: "StreamingTests", dependencies: ["HTTPDTesting", "Streaming"], swiftSettings: swiftSettings),
        .testTarget(name: "APRTests", dependencies: ["APR", "CHTTPD", "CHTTPDEmbedded"], swiftSettings: swiftSettings),
        .testTarget(
            name: "CodecsTests", dependencies: ["CHTTPDEmbedded", "Codecs", "HTTPD", "HTTPDTesting"],
            swiftSettings: swiftSettings),
        .testTarget(name: "HTTPDTests", dependencies: ["HTTPD", "HTTPDTesting"], swiftSettings: swiftSettings),
        .testTarget(
            name: "ReplacingTests", dependencies: ["HTTPDTesting", "Replacing", "Streaming"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HTMLTokenizingTests", dependencies: ["HTMLTokenizing"], exclude: ["html5lib"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HTMLEditingTests", dependencies: ["HTMLEditing", "HTMLLinks", "HTTPDTesting", "Streaming"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HTMLLinksTests", dependencies: ["HTMLLinks", "HTMLTokenizing"], swiftSettings: swiftSettings),
        .testTarget(
            name: "RESPEngineTests",
            dependencies: [
                "HTTPDTesting", "RESPEngine", "Streaming",
                .product(name: "BasicContainers", package: "swift-collections"),
            ],
            swiftSettings: swiftSettings),
        // Beside soupsieve; the program that asks it is in its folder Clients.
        .testTarget(
            name: "HTMLSelectorsTests", dependencies: ["HTMLSelectors", "HTTPDTesting"], exclude: ["Clients"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "RewritingTests", dependencies: ["HTTPD", "HTTPDTesting", "Rewriting"], swiftSettings: swiftSettings),
        .testTarget(
            name: "HTMLRewritingTests",
            dependencies: ["HTMLEditing", "HTMLRewriting", "HTMLTokenizing", "HTTPD", "HTTPDTesting"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "CompressionTests", dependencies: ["Codecs", "Compression", "HTTPD", "HTTPDTesting"],
            swiftSettings: swiftSettings),
        .testTarget(name: "EchoTests", dependencies: ["Echo", "HTTPD", "HTTPDTesting"], swiftSettings: swiftSettings),
        .testTarget(
            name: "LinesTests", dependencies: ["HTTPD", "HTTPDTesting", "Lines"], swiftSettings: swiftSettings),
        .testTarget(
            name: "MisuseTests", dependencies: ["HTTPD", "HTTPDTesting", "Replacing"], exclude: ["Snippets"],
            swiftSettings: swiftSettings),
        // Against a real httpd; the plugin they put into it is the package Tests/Fixtures.
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["HTTPDTesting"],
            path: "Tests/IntegrationTests",
            swiftSettings: swiftSettings
        ),
        // Configuration, life-cycle and protocols of a real httpd.
        .testTarget(name: "LifecycleTests", dependencies: ["HTTPDTesting"], swiftSettings: swiftSettings),
        // RESP with real clients, beside a real redis-server; the clients are the programs of its folder Clients.
        .testTarget(
            name: "RESPServerTests", dependencies: ["HTTPDTesting"], exclude: ["Clients"], swiftSettings: swiftSettings),
    ]
)
