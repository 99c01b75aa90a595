#!/usr/bin/env bash
# The smoke tests against an httpd whose module and plugins were built with AddressSanitizer.
#
# httpd itself is stock, so the sanitizer's runtime is preloaded; HTTPDProcess does that when SWIFT_HTTPD_PRELOAD names
# it. Leak detection is off: httpd's pools live as long as the process, on purpose.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

architecture=$(uname -m)
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')
preload=$(find -L "$resources/clang/lib" "$resources/../clang" -name "libclang_rt.asan-$architecture.so" 2>/dev/null |
    head -n 1)
[[ -n $preload ]] || { echo "This toolchain has no libclang_rt.asan-$architecture.so." >&2; exit 1; }

swift build --sanitize=address --scratch-path .build-asan

export ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:${ASAN_OPTIONS:-}"
export SWIFT_HTTPD_MODULES=$PWD/.build-asan/debug
export SWIFT_HTTPD_EXAMPLES=$PWD/Examples
export SWIFT_HTTPD_PRELOAD
SWIFT_HTTPD_PRELOAD=$(realpath "$preload")
swift test -Xswiftc -warnings-as-errors -Xcc -Werror -Xcc -Wall --filter "${SANITIZE_FILTER:-Smoke}"
