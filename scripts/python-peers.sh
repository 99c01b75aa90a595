#!/usr/bin/env bash
# Installs what the tests, or with `bench` the benchmarks, compare with or speak to in Python, from PyPI and in the versions of
# each requirements.txt, into environments in .build. Asks nothing of the network when they are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian's own Python: the wheels are for it.
python=/usr/bin/python3
[[ -x $python ]] || python=python3
mkdir -p .build

# provide FOLDER REQUIREMENTS
provide() {
    local folder=.build/$1 requirements=$2
    if cmp --silent "$requirements" "$folder/requirements.txt"; then return; fi
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --requirement "$requirements"
    # Last: what is half installed is installed again.
    cp "$requirements" "$folder/requirements.txt"
}

if [[ ${1:-test} == bench ]]; then
    provide lol-html Benchmarks/Peers/requirements.txt
    exit
fi
provide resp-clients Tests/RESPServerTests/Clients/requirements.txt
provide html5lib Tests/HTMLTokenizingTests/html5lib/requirements.txt
provide selector-peers Tests/HTMLSelectorsTests/Clients/requirements.txt
