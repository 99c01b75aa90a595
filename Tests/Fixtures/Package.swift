// swift-tools-version: 6.2
import PackageDescription

// What the integration tests put into a real httpd: a plugin, built as its author would build it.
let package = Package(
    name: "Fixtures",
    products: [
        .library(name: "Fixtures", type: .dynamic, targets: ["Fixtures"]),
        // Apart from the others, because it runs for every request.
        .library(name: "Always", type: .dynamic, targets: ["Always"]),
        // Apart from the others, because it needs a module of httpd.
        .library(name: "Sharing", type: .dynamic, targets: ["Sharing"]),
        // Apart from the others, because its children send to each other.
        .library(name: "Relay", type: .dynamic, targets: ["Relay"]),
    ],
    dependencies: [.package(name: "swift-httpd", path: "../..")],
    targets: [
        .target(
            name: "Fixtures",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        ),
        .target(
            name: "Relay",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        ),
        .target(
            name: "Always",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        ),
        .target(
            name: "Sharing",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        ),
    ]
)
