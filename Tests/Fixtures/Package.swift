// swift-tools-version: 6.2
import PackageDescription

// What the integration tests put into a real httpd: a plugin, built as its author would build it.
let package = Package(
    name: "Fixtures",
    products: [.library(name: "Fixtures", type: .dynamic, targets: ["Fixtures"])],
    dependencies: [.package(name: "swift-httpd", path: "../..")],
    targets: [
        .target(
            name: "Fixtures",
            dependencies: [.product(name: "HTTPD", package: "swift-httpd")],
            swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]
        )
    ]
)
