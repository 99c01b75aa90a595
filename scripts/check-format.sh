#!/usr/bin/env bash
# swift-format over every Swift file of the repository, with .swift-format's rules; a finding is an error.
# `swift format --in-place FILE` mends most of them.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

folders=()
for folder in Sources filters protocols Examples Tests Benchmarks Fuzz Package.swift; do
    [[ ! -e $folder ]] || folders+=("$folder")
done
[[ ${#folders[@]} -gt 0 ]] || exit 0
find "${folders[@]}" -name '.?*' -prune -o -name '*.swift' -type f -print0 |
    xargs -0 --no-run-if-empty swift format lint --strict --parallel --configuration .swift-format
for script in scripts/*.sh .ci/run; do
    bash -n "$script"
done
