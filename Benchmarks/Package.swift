// swift-tools-version: 6.2
import PackageDescription

// Measures; nobody depends on it. The servers are started with DSOs: those of the root package, of Examples/Shout, and
// the two dynamic products here, which `bench` builds itself before it measures.
let package = Package(
    name: "Benchmarks",
    products: [
        // The filters in Swift, as a plugin: SwiftPlugin BenchFilters
        .library(name: "BenchFilters", type: .dynamic, targets: ["BenchFilters"]),
        // The same work in C, as a module: LoadModule bench_filters_module …/libCBenchFilters.so
        .library(name: "CBenchFilters", type: .dynamic, targets: ["CBenchFilters"]),
    ],
    dependencies: [
        .package(name: "swift-httpd", path: ".."),
        // A peer: its echo server is measured beside ours.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .target(name: "BenchFilters", dependencies: [.product(name: "HTTPD", package: "swift-httpd")]),
        .systemLibrary(name: "CBenchAPR", pkgConfig: "apr-1", providers: [.apt(["apache2-dev"])]),
        .target(name: "CBenchFilters", dependencies: ["CBenchAPR"], cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CLoad"),
        .executableTarget(name: "echo-load", dependencies: ["CLoad"], path: "Sources/EchoLoad"),
        .executableTarget(name: "page-load", dependencies: ["CLoad"], path: "Sources/PageLoad"),
        .executableTarget(name: "plain-echo", dependencies: ["CLoad"], path: "Sources/PlainEcho"),
        .executableTarget(
            name: "nio-echo",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/NIOEcho"
        ),
        .executableTarget(
            name: "html-engine",
            dependencies: [
                .product(name: "HTMLEditing", package: "swift-httpd"),
                .product(name: "HTMLLinks", package: "swift-httpd"),
                .product(name: "HTMLSelectors", package: "swift-httpd"),
                .product(name: "HTMLTokenizing", package: "swift-httpd"),
                .product(name: "HTTPDTesting", package: "swift-httpd"),
            ],
            path: "Sources/HTMLEngine",
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]
        ),
        .executableTarget(
            name: "bench",
            dependencies: [.product(name: "HTTPDTesting", package: "swift-httpd")]
        ),
    ]
)
