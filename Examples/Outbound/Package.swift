// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Outbound",
    products: [.library(name: "Outbound", type: .dynamic, targets: ["Outbound"])],
    // A package of your own names swift-httpd by its URL and version.
    dependencies: [.package(name: "swift-httpd", path: "../..")],
    targets: [
        .target(
            name: "Outbound",
            dependencies: [
                .product(name: "HTMLEditing", package: "swift-httpd"), .product(name: "HTTPD", package: "swift-httpd"),
            ]),
        .testTarget(
            name: "OutboundTests",
            dependencies: ["Outbound", .product(name: "HTTPDTesting", package: "swift-httpd")]
        ),
    ]
)
