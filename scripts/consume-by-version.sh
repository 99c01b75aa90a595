#!/usr/bin/env bash
# Shows that a package which names this one by URL and version resolves and builds: SwiftPM holds such a dependency to
# rules that it does not apply to a path, above all that no product needs unsafe flags.
#
# A bare clone of HEAD gets the tag; the repository at hand is only read.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.1.0
folder=$(mktemp -d "${TMPDIR:-/tmp}/consume-XXXXXX")
trap 'rm -rf "$folder"' EXIT
git clone --quiet --bare . "$folder/swift-httpd.git"
clone=(git -C "$folder/swift-httpd.git")
for tag in $("${clone[@]}" tag); do "${clone[@]}" tag --delete "$tag" >/dev/null; done
"${clone[@]}" tag "$version" "$(git rev-parse HEAD)"

echo "== a package that depends on swift-httpd from $version"
mkdir -p "$folder/Consumer/Sources"
cp -R Examples/Shout/Sources/Shout "$folder/Consumer/Sources/Shout"
cat >"$folder/Consumer/Package.swift" <<MANIFEST
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "Consumer",
    products: [.library(name: "Shout", type: .dynamic, targets: ["Shout"])],
    dependencies: [.package(url: "file://$folder/swift-httpd.git", from: "$version")],
    targets: [
        .target(name: "Shout", dependencies: [.product(name: "HTTPD", package: "swift-httpd")])
    ]
)
MANIFEST
# What SwiftPM remembers of this clone must not reach other packages; what it fetched from elsewhere may stay.
cache=$PWD/.build-consume
swift build -c release --package-path "$folder/Consumer" --cache-path "$cache" --security-path "$folder/security"
rm -rf "$cache"/repositories/swift-httpd*

resolved=$(<"$folder/Consumer/Package.resolved")
[[ $resolved == *"\"version\" : \"$version\""* ]] || { echo "swift-httpd was not resolved to $version." >&2; exit 1; }
library=$folder/Consumer/.build/release/libShout.so
nm --dynamic --defined-only "$library" | grep -qE ' T swift_httpd_plugin_Shout$' ||
    { echo "$library does not export swift_httpd_plugin_Shout." >&2; exit 1; }
scripts/check-linking.sh "$folder/Consumer"
echo "== it builds, and libShout.so is a plugin"
