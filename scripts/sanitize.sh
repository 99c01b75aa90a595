#!/usr/bin/env bash
# Server tests against an httpd whose module and plugins were built with AddressSanitizer: real requests through filters,
# handlers and a protocol.
#
# httpd itself is stock, so the sanitizer's runtime is preloaded; HTTPDProcess does that when SWIFT_HTTPD_PRELOAD names
# it. Reports go to the error log, where the audit of every test finds them. The suite `Sanitizer` shows that this works:
# the runtime is in the children, and a plugin that reads behind its memory is found.
#
# Leak detection is off: httpd's pools live as long as the process, on purpose. Tests that measure memory or time are
# left out: a sanitizer costs both.
#
#     SANITIZE_FILTER=regex  other tests than these
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

filter=${SANITIZE_FILTER:-'IntegrationTests|Lifecycle/(Echo|HandlerMerging|ListenerAddresses|PhaseHooks|PluginModule)'}
least=$([[ -n ${SANITIZE_FILTER:-} ]] && echo 1 || echo 60)
skip='Memory|SlowSource|slowReader|manyLines|disconnects|Soak'

architecture=$(uname -m)
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath" *: *"\(.*\)".*/\1/p')
preload=$(find -L "$resources/clang/lib" "$resources/../clang" -name "libclang_rt.asan-$architecture.so" 2>/dev/null |
    head -n 1)
[[ -n $preload ]] || { echo "This toolchain has no libclang_rt.asan-$architecture.so." >&2; exit 1; }

# Each package as its author would build it, in folders of their own beside the ordinary ones.
build=(swift build -c release --sanitize=address)
top=$PWD/.build-asan
"${build[@]}" --scratch-path "$top"
"${build[@]}" --scratch-path "$top-fixtures" --package-path Tests/Fixtures
"${build[@]}" --scratch-path "$top-examples/Shout/.build" --package-path Examples/Shout

export ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:${ASAN_OPTIONS:-}"
export SWIFT_HTTPD_MODULES=$top/release
export SWIFT_HTTPD_FIXTURES=$top-fixtures/release
export SWIFT_HTTPD_EXAMPLES=$top-examples
export SWIFT_HTTPD_PRELOAD
SWIFT_HTTPD_PRELOAD=$(realpath "$preload")

strict=(-Xswiftc -warnings-as-errors -Xcc -Werror -Xcc -Wall)
log=$top/tests.log
# run FILTER NUMBER: the tests pass, and there are at least so many of them: a filter that matches nothing passes too.
run() {
    swift test --no-parallel "${strict[@]}" --filter "$1" --skip "$skip" 2>&1 | tee "$log"
    local count
    count=$(sed -n 's/.*Test run with \([0-9]*\) test.* passed.*/\1/p' "$log" | tail -n 1)
    if [[ ${count:-0} -lt $2 ]] || grep -q 'Sanitizer.* skipped' "$log"; then
        echo "sanitize.sh: '$1' ran ${count:-no} tests, and there should be $2 or more" >&2
        exit 1
    fi
}
run 'Lifecycle/Sanitizer/' 2
run "$filter" "$least"
echo "AddressSanitizer was active in httpd, found the mistake that was made on purpose, and nothing else."
