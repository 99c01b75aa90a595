// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Shout",
    products: [.library(name: "Shout", type: .dynamic, targets: ["Shout"])],
    // A package of your own names swift-httpd by its URL and version.
    dependencies: [.package(name: "swift-httpd", path: "../..")],
    targets: [
        .target(name: "Shout", dependencies: [.product(name: "HTTPD", package: "swift-httpd")]),
        .testTarget(
            name: "ShoutTests",
            dependencies: ["Shout", .product(name: "HTTPDTesting", package: "swift-httpd")]
        ),
    ]
)
