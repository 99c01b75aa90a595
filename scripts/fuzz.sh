#!/usr/bin/env bash
# Builds each fuzz target with libFuzzer and AddressSanitizer and runs it for FUZZ_SECONDS (60).
#
#     scripts/fuzz.sh [TARGET...]       default: every executable target of Fuzz/, which is every folder in Fuzz/Sources
#                                       that defines LLVMFuzzerTestOneInput
#
# A target starts from Fuzz/Corpus/TARGET, if that exists; the inputs that reach new code are collected in
# .build/fuzz/TARGET/corpus. An input that breaks it is kept in .build/fuzz/TARGET and makes the run fail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
seconds=${FUZZ_SECONDS:-60}
[[ -e Fuzz/Package.swift ]] || { echo 'No fuzz targets: there is no Fuzz/Package.swift.' >&2; exit 1; }

targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
    mapfile -t targets < <(grep -rl --include='*.swift' LLVMFuzzerTestOneInput Fuzz/Sources | cut -d / -f 3 | sort -u)
fi
[[ ${#targets[@]} -gt 0 ]] || { echo 'No fuzz targets in Fuzz/Sources.' >&2; exit 1; }

broken=()
for target in "${targets[@]}"; do
    echo "== $target"
    folder=$top/.build/fuzz/$target
    mkdir -p "$folder/corpus"
    # SwiftPM makes TARGET_main the program's entry; libFuzzer brings a `main`. This leads from the one to the other.
    cc -c -o "$folder/entry.o" -x c - <<END
int LLVMFuzzerTestOneInput(const unsigned char *, unsigned long);
int LLVMFuzzerRunDriver(int *, char ***, int (*)(const unsigned char *, unsigned long));
int ${target}_main(int count, char **arguments) {
    return LLVMFuzzerRunDriver(&count, &arguments, LLVMFuzzerTestOneInput);
}
END
    build=(swift build --package-path Fuzz --scratch-path .build/fuzz/build --product "$target"
        -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library -Xswiftc -use-ld=lld
        -Xcc -fsanitize=fuzzer-no-link,address -Xlinker "$folder/entry.o")
    "${build[@]}"
    program=$top/$("${build[@]}" --show-bin-path | sed "s|^$top/||")/$target

    seeds=()
    [[ ! -d Fuzz/Corpus/$target ]] || seeds=("$top/Fuzz/Corpus/$target")
    # The sanitizer reports a crash; Swift's own backtracer, started from within libFuzzer, only waits.
    if ! SWIFT_BACKTRACE=enable=no ASAN_OPTIONS="detect_leaks=0:${ASAN_OPTIONS:-}" "$program" \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$folder/" "$folder/corpus" "${seeds[@]}"; then
        broken+=("$target")
    fi
done
if [[ ${#broken[@]} -gt 0 ]]; then
    echo "Broken: ${broken[*]}. The inputs are in .build/fuzz." >&2
    exit 1
fi
