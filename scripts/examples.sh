#!/usr/bin/env bash
# Builds every package under Examples/ as its author would, and runs the tests that it brings.
#
#     scripts/examples.sh [--no-tests]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

for manifest in Examples/*/Package.swift; do
    [[ -e $manifest ]] || continue
    example=${manifest%/Package.swift}
    echo "== $example"
    swift build -c release --package-path "$example"
    if [[ ${1:-} != --no-tests && -d $example/Tests ]]; then
        swift test --package-path "$example"
    fi
done
