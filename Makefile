# swift-httpd. SwiftPM builds everything; make only drives it. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8080
SITE ?=
CONF ?=
DESTDIR ?=
PREFIX ?=
FUZZ_SECONDS ?= 60
export PORT SITE CONF DESTDIR PREFIX LIBEXECDIR SYSCONFDIR FUZZ_SECONDS

# The debug build of `lint` and of `test` has the same flags, so that the second one finds the first one's objects.
# SwiftPM 6.3 takes -Werror for a flag of Swift's that has an argument, so it must not be the last one.
STRICT := -Xswiftc -warnings-as-errors -Xcc -Werror -Xcc -Wall
MODULES := $(CURDIR)/.build/release
LOCATIONS := SWIFT_HTTPD_MODULES='$(MODULES)' SWIFT_HTTPD_EXAMPLES='$(CURDIR)/Examples' \
             SWIFT_HTTPD_FIXTURES='$(CURDIR)/Tests/Fixtures/.build/release' \
             SWIFT_HTTPD_EARLIER='$(CURDIR)/.build-earlier'
# The plugin that the tests put into a real httpd: a package of its own, as its author would build it.
FIXTURES := swift build -c release --package-path Tests/Fixtures

.PHONY: help build serve test soak lint bench fuzz sanitize install clean toolchain

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: toolchain ## build the module and the bundled plugins into .build/release
	@scripts/install-packages.sh build
	swift build -c release
	@scripts/check-linking.sh

serve: toolchain ## serve a site through Swift in the foreground [PORT=8080] [SITE=dir] [CONF=extra.conf]
	@scripts/install-packages.sh serve
	@exec scripts/serve.sh

test: toolchain ## every test: units, and a real httpd
	@scripts/install-packages.sh test
	@scripts/python-peers.sh
	swift build -c release
	$(FIXTURES)
	@$(LOCATIONS) scripts/examples.sh
	@scripts/check-linking.sh
	@scripts/earlier-plugin.sh
	@scripts/consume-by-version.sh
	$(LOCATIONS) scripts/test.sh --no-parallel $(STRICT)

soak: toolchain ## the tests that take long
	@scripts/install-packages.sh test
	@scripts/python-peers.sh
	swift build -c release
	$(FIXTURES)
	@scripts/examples.sh --no-tests
	SWIFT_HTTPD_SOAK=1 $(LOCATIONS) scripts/test.sh --no-parallel $(STRICT) --filter Soak

lint: toolchain ## layout, structure, and a build with warnings as errors
	@scripts/install-packages.sh build
	@scripts/check-format.sh
	@scripts/check-structure.sh
	swift build --build-tests $(STRICT)

bench: toolchain ## compare with no filter, mod_case_filter, mod_lua, mod_perl, mod_python
	@scripts/install-packages.sh bench
	@scripts/python-peers.sh bench
	swift build -c release
	@scripts/examples.sh --no-tests
	$(LOCATIONS) swift run -c release --package-path Benchmarks bench

fuzz: toolchain ## run every fuzz target under AddressSanitizer [FUZZ_SECONDS=60]
	@scripts/install-packages.sh fuzz
	@scripts/fuzz.sh

sanitize: toolchain ## server tests with an AddressSanitizer build inside httpd
	@scripts/install-packages.sh sanitize
	@scripts/sanitize.sh

install: build ## install module, plugins, configuration, Swift runtime [DESTDIR=] [PREFIX=]
	@scripts/install-packages.sh install
	@scripts/install.sh

clean: ## remove everything that was built
	rm -rf .build .build-* Examples/*/.build Tests/Fixtures/.build Benchmarks/.build Fuzz/.build

toolchain:
	@command -v swift >/dev/null || { \
	    echo 'No swift in PATH. Install the Swift 6.3 toolchain for this system: https://www.swift.org/install/' >&2; \
	    exit 1; }
