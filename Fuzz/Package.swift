// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

let toolkit: [Target.Dependency] = [
    "FuzzSupport",
    .product(name: "HTTPD", package: "swift-httpd"),
    .product(name: "HTTPDTesting", package: "swift-httpd"),
    .product(name: "Codecs", package: "swift-httpd"),
]

let replacing = Target.Dependency.product(name: "Replacing", package: "swift-httpd")
let html = Target.Dependency.product(name: "HTMLTokenizing", package: "swift-httpd")
let resp = Target.Dependency.product(name: "RESPEngine", package: "swift-httpd")

// Built and run by scripts/fuzz.sh; `swift build` alone finds no entry point.
let package = Package(
    name: "Fuzz",
    dependencies: [.package(name: "swift-httpd", path: "..")],
    targets: [
        .target(name: "FuzzSupport", swiftSettings: swiftSettings),
        // The sources themselves (links to filters/Compression and protocols/Lines): the products are dynamic libraries with a toolkit of
        // their own, which the sanitizers would see from outside only.
        .target(
            name: "LinesEngine", dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: swiftSettings),
        // PCRE2 without what Replacing does around it.
        .target(name: "CWholeBuffer", linkerSettings: [.linkedLibrary("pcre2-8")]),
        .executableTarget(
            name: "FuzzLiterals", dependencies: toolkit + [replacing], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzReplacer", dependencies: toolkit + ["CWholeBuffer", replacing], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzHTMLTokenizer", dependencies: ["FuzzSupport", html], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzRESPDecoder", dependencies: toolkit + ["FuzzDecoding", resp], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzReplyReader", dependencies: toolkit + ["FuzzDecoding", resp], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzRESPSession", dependencies: ["FuzzSupport", resp], swiftSettings: swiftSettings),
        .executableTarget(name: "FuzzGlob", dependencies: ["FuzzSupport", resp], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzSelector",
            dependencies: ["FuzzSupport", .product(name: "HTMLSelectors", package: "swift-httpd")],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzLinks",
            dependencies: ["FuzzSupport", html, .product(name: "HTMLLinks", package: "swift-httpd")],
            swiftSettings: swiftSettings),
        .executableTarget(name: "FuzzRuleText", dependencies: toolkit + [replacing], swiftSettings: swiftSettings),
        .target(name: "FuzzDecoding", dependencies: toolkit, swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzTextFrames", dependencies: toolkit + ["FuzzDecoding"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzLengthField", dependencies: toolkit + ["FuzzDecoding"], swiftSettings: swiftSettings),
        .executableTarget(name: "FuzzProxyHeader", dependencies: toolkit, swiftSettings: swiftSettings),
        .executableTarget(name: "FuzzArgumentList", dependencies: toolkit, swiftSettings: swiftSettings),
        .executableTarget(name: "FuzzFilterOptions", dependencies: toolkit, swiftSettings: swiftSettings),
        .target(name: "FuzzCodecs", dependencies: toolkit, swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzGzip", dependencies: toolkit + ["FuzzCodecs"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzDeflate", dependencies: toolkit + ["FuzzCodecs"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzZstd", dependencies: toolkit + ["FuzzCodecs"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzBrotli", dependencies: toolkit + ["FuzzCodecs"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzStackedCodings", dependencies: toolkit + ["FuzzCodecs"],
            swiftSettings: swiftSettings),
        .target(
            name: "CompressionEngine", dependencies: toolkit,
            swiftSettings: swiftSettings + [.enableUpcomingFeature("InternalImportsByDefault")]),
        .executableTarget(
            name: "FuzzAcceptEncoding", dependencies: toolkit + ["CompressionEngine"],
            swiftSettings: swiftSettings),
        .target(
            name: "CompressionStore", dependencies: toolkit,
            swiftSettings: swiftSettings + [.enableUpcomingFeature("InternalImportsByDefault")]),
        .executableTarget(
            name: "FuzzEntryHeader", dependencies: toolkit + ["CompressionStore"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzCompressor", dependencies: toolkit, swiftSettings: swiftSettings),
        .executableTarget(
            name: "FuzzLines", dependencies: toolkit + ["LinesEngine"], swiftSettings: swiftSettings),
    ]
)
