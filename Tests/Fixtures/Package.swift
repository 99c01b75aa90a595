// swift-tools-version: 6.2
import PackageDescription

// What the integration tests put into a real httpd: a plugin, built as its author would build it.
let package = Package(
    name: "Fixtures",
    products: [
        .library(name: "Fixtures", type: .dynamic, targets: ["Fixtures"]),
        // Apart from the others, because it runs for every request.
        .library(name: "Always", type: .dynamic, targets: ["Always"]),
    ],
    dependencies: [.package(name: "swift-httpd", path: "../..")],
    targets: [
        .target(
            name: "Fixtures",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        ),
        .target(
            name: "Always",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        ),
    ]
)
