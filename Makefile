# Everything one does with this repository. "make" alone lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help

GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.1.4
COMPOSE     := github.com/compose-spec/compose-go/v2/cmd@v2.16.2

WANGGE  := bin/wangge
MODULES := web/node_modules/.package-lock.json
PAGES   := web/dist/tablet.html

# Parts share a database and two cores; in parallel they only get in each other's way.
.NOTPARALLEL:

# A cluster of its own for tests and for figures; both stop with the command.
ON_TEST_SERVER  := $(WANGGE) devdb -dir .wangge/pgtest -volatile -env WANGGE_TEST_DATABASE_URL run
ON_BENCH_SERVER := $(WANGGE) devdb -dir .wangge/bench -db wangge_district -env WANGGE_BENCH_DISTRICT run

.PHONY: help
help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: demo
demo: node build ## a street on a live map, from nothing; Ctrl-C stops all of it
	@.ci/packages demo
	@exec $(WANGGE) demo

.PHONY: dev
dev: node binary $(MODULES) ## the demo with a web server that reloads on change (port 5173)
	@.ci/packages demo
	@cd web && npm run dev & web=$$!; trap 'kill $$web 2>/dev/null' EXIT; trap : INT; $(WANGGE) demo

.PHONY: build
build: web binary ## bin/wangge: the program with the web pages inside

.PHONY: test
test: node ## everything that must pass, on a machine with Go, Node, make and git
	@.ci/packages test
	@$(MAKE) --no-print-directory build
	$(ON_TEST_SERVER) $(MAKE) --no-print-directory test-all

# The parts of test, for the server that is in WANGGE_TEST_DATABASE_URL.
.PHONY: test-all test-go test-fuzz test-web test-browser
test-all: test-go test-fuzz test-web size test-browser verify compose

test-go:
	go vet ./...
	go test -race -timeout 30m ./...

test-fuzz:
	@.ci/fuzz

test-web: $(MODULES)
	cd web && npm run test:unit

test-browser: $(MODULES)
	cd web && npm run test:e2e

.PHONY: size
size: $(MODULES)
	cd web && npm run size

.PHONY: compose
compose:
	@.ci/compose $(COMPOSE)

.PHONY: check
check: $(MODULES) ## format, lint, types, known vulnerabilities
	@unformatted=$$(git ls-files -z '*.go' | xargs -0 go run $(GOFUMPT) -l); if [ -n "$$unformatted" ]; then echo "gofumpt: $$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...
	cd web && npm run lint && npm run format:check && npm run typecheck
	@.ci/advisories $(GOVULNCHECK)

.PHONY: gen
gen: $(MODULES) ## write the generated files: OpenAPI, TypeScript types
	@.ci/generate web

.PHONY: verify
verify: $(MODULES) ## prove that the generated files are up to date
	@.ci/generate compare

.PHONY: bench
bench: build ## figures of a whole district beside their limits; BENCH=District for one of them
	$(ON_BENCH_SERVER) .ci/bench '$(or $(BENCH),.)'

.PHONY: soak
soak: build ## endurance: a million events, seventy faults, a day at x60 (1-2 hours); SOAK=feed, faults or day
	$(ON_TEST_SERVER) .ci/soak '$(or $(SOAK),all)'

.PHONY: stop
stop: ## stop the private databases that tests or a killed demo left running
	@[ -x $(WANGGE) ] || $(MAKE) --no-print-directory binary
	@for dir in pg pgtest bench; do $(WANGGE) devdb -dir .wangge/$$dir stop || exit 1; done

.PHONY: clean
clean: ## remove what was built, and the private databases with their data
	@[ -x $(WANGGE) ] || $(MAKE) --no-print-directory binary
	@for dir in pg pgtest bench; do $(WANGGE) devdb -dir .wangge/$$dir remove || exit 1; done
	rm -rf bin .wangge web/node_modules
	find web/dist -mindepth 1 ! -name index.html -delete

# Time zones come along: the program runs where the system has none.
.PHONY: binary
binary:
	CGO_ENABLED=0 go build -trimpath -tags timetzdata -o $(WANGGE) ./cmd/wangge

.PHONY: web
web: $(PAGES)

$(PAGES): $(MODULES) $(shell find web/src web/public web/*.html web/*.ts web/package.json -type f 2>/dev/null)
	cd web && npm run build

$(MODULES): web/package-lock.json
	@$(MAKE) --no-print-directory node
	cd web && npm ci --no-audit --no-fund && touch ../$@

.PHONY: node
node:
	@command -v go >/dev/null || { echo "需要 Go 1.26 或更高版本:https://go.dev/dl/(国内 https://golang.google.cn/dl/)"; exit 1; }
	@command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || { echo "需要 Node.js 20.19 或更高版本及 npm:https://nodejs.org/"; exit 1; }
