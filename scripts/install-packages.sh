#!/usr/bin/env bash
# Installs the Debian packages that the named groups need and that are missing.
#
#     scripts/install-packages.sh GROUP...      groups: build serve test bench fuzz sanitize install
#
# Does nothing, and asks nothing of the network, when every package is there. The server comes from apache2-bin,
# which holds the program and its modules; the package apache2 is left out because installing it starts a service.
# memcached, nginx and redis-server come only with their services, which are kept from starting, now and at the next boot.
set -euo pipefail

build=(apache2-dev binutils g++ gcc git libbrotli-dev libc6-dev libdeflate-dev libisal-dev libpcre2-dev libvectorscan-dev libzstd-dev
    perl pkg-config zlib1g-dev)
serve=("${build[@]}" apache2-bin apache2-doc curl media-types netcat-openbsd util-linux)
# The documentation is a corpus of HTML.
test=("${build[@]}" apache2-bin apache2-doc apache2-utils brotli chromium curl debian-faq-ja debian-policy gzip libtheora-doc
    libxml2-doc media-types memcached netcat-openbsd nghttp2-client openssl postfix-doc python3 python3-venv redis-server redis-tools
    strace zsh-doc zstd)
bench=("${build[@]}" apache2-bin apache2-doc brotli curl gzip libapache2-mod-perl2 libapache2-mod-python
    libnginx-mod-http-subs-filter nginx procps python3 python3-venv redis-server redis-tools util-linux valgrind wrk zstd)
fuzz=("${build[@]}")
sanitize=("${test[@]}")
install=("${build[@]}" patchelf)

wanted=()
for group in "$@"; do
    case $group in
    build | serve | test | bench | fuzz | sanitize | install)
        declare -n packages=$group
        wanted+=("${packages[@]}")
        ;;
    *)
        echo "install-packages.sh: no group named '$group'" >&2
        exit 2
        ;;
    esac
done
[[ ${#wanted[@]} -gt 0 ]] || exit 0
mapfile -t wanted < <(printf '%s\n' "${wanted[@]}" | sort -u)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    # Not Debian: the names differ, and so does the way to ask for them. Go on, the build says what it misses.
    echo "This is not a Debian system. These Debian packages, or what your system calls them, are needed:" >&2
    echo "    ${wanted[*]}" >&2
    exit 0
fi

# A package that another one provides (pkg-config by pkgconf, say) counts as well.
installed=$(dpkg-query --show --showformat='${db:Status-Status}\t${Package}\t${Provides}\n' 2>/dev/null |
    awk -F '\t' '$1 == "installed" { print $2; n = split($3, names, /, */); for (i = 1; i <= n; i++) {
        sub(/ .*/, "", names[i]); if (names[i] != "") print names[i] } }' | sort -u)
mapfile -t missing < <(comm -23 <(printf '%s\n' "${wanted[@]}") <(printf '%s\n' "$installed"))
[[ ${#missing[@]} -gt 0 ]] || exit 0

echo "Missing Debian packages: ${missing[*]}"
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "Neither root nor sudo at hand. Have them installed, then run this again:" >&2
        echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
    [[ -t 0 ]] || as_root=(sudo -n)  # nobody there to type a password
fi

# A package that is configured starts its service unless this file says no. One that is there already is the owner's
# word on the matter.
policy=/usr/sbin/policy-rc.d
brings_service=false
for package in "${missing[@]}"; do
    [[ $package != *nginx* && $package != redis-server && $package != memcached ]] || brings_service=true
done
if $brings_service && [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" sh -c "cat >$policy && chmod 755 $policy"
fi

apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
if ! "${apt[@]}" update || ! "${apt[@]}" install --yes --no-install-recommends "${missing[@]}"; then
    echo "Could not install them. As root, run this and see what stands in the way:" >&2
    echo "    apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
for service in memcached nginx redis-server; do
    if [[ " ${missing[*]} " == *" $service "* ]]; then
        echo "$service serves the tests and benchmarks alone: its service is disabled" \
            "('update-rc.d $service enable' undoes that)."
        "${as_root[@]}" update-rc.d "$service" disable
    fi
done
