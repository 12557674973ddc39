# make test is what CI runs. It changes nothing but generated files, and those only
# to see that they were up to date.

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
# What internal/imprint reads of a program.
LDFLAGS  = -X "github.com/locust-http/locust-http/internal/imprint.build=<locust-http version $(VERSION) commit $(COMMIT)>"

# What is released.
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
GENERATED = $(wildcard proto/internal/pb/*.go) plan/plan.schema.json
FUZZRUNS ?= 5000x
PAGE      = $(CURDIR)/bin/page

.PHONY: test build dist bench generate generated fuzz tools format vet staticcheck arch lua unit boomer e2e page page-unit browser

# First what keeps all processors busy, then what mostly waits; nothing else while generated
# files are written. Each says what it found when it is over.
test: tools format generated
	@$(MAKE) --no-print-directory -j2 --output-sync=target page vet staticcheck arch lua unit build
	@$(MAKE) --no-print-directory -j2 --output-sync=target browser fuzz page-unit e2e boomer

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/locust-http

# The program for all platforms, as a master offers it to load hosts.
dist:
	@for p in $(PLATFORMS); do \
		os=$${p%/*}; file=dist/locust-http_$${os}_$${p#*/}; test $$os != windows || file=$$file.exe; \
		echo "build $$file"; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$${p#*/} go build -trimpath -ldflags '$(LDFLAGS)' -o $$file ./cmd/locust-http || exit 1; \
	done

bench:
	go run ./internal/bench

generate:
	go generate ./...

# Says in one line what is missing, and how to get it.
tools:
	@missing=; \
	command -v protoc >/dev/null || missing="$$missing protobuf-compiler"; \
	command -v etcd   >/dev/null || missing="$$missing etcd-server"; \
	command -v cc     >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v npm    >/dev/null || missing="$$missing nodejs npm"; \
	command -v chromium >/dev/null || missing="$$missing chromium fonts-noto-cjk"; \
	test -z "$$missing" || { echo "make test needs more: apt-get install$$missing" >&2; exit 1; }

format:
	@bad=$$(git ls-files '*.go' | xargs gofmt -l); \
	test -z "$$bad" || { echo "not formatted (gofmt -w):" $$bad >&2; exit 1; }

vet:
	go vet ./...

staticcheck:
	go tool staticcheck ./...

generated:
	@before=$$(cksum $(GENERATED)) && go generate ./... && after=$$(cksum $(GENERATED)) && \
	test "$$before" = "$$after" || { echo "generated files were out of date: commit what make generate has changed" >&2; exit 1; }

# The page's build that is committed is that of its source.
page: webui/node_modules
	cd webui && npx tsc --noEmit && npx vite build --logLevel warn --outDir $(PAGE) --emptyOutDir
	diff -r $(PAGE) webui/dist >/dev/null || { echo "webui/dist is out of date: run npm run build in webui, and commit it" >&2; exit 1; }

webui/node_modules: webui/package-lock.json
	cd webui && npm ci --no-fund --no-audit
	@touch $@

page-unit: webui/node_modules
	cd webui && npm test

# The page of the real program, in Chromium.
browser: webui/node_modules build
	cd webui && LOCUST_HTTP=$(CURDIR)/bin/locust-http npm run browser

# The import rules of the house, with their reasons; and that everything builds without
# cgo on every platform.
arch:
	go test -count=1 ./internal/archtest

# The tests of the Lua libraries that are shipped.
lua:
	go run ./cmd/locust-http script test scripts

# Each fuzz target for a number of runs, two at a time. Not for a time: at its end Go
# 1.26 now and then reports "context deadline exceeded" as a failure (golang/go#75804).
fuzz:
	@git grep -oE '^func Fuzz[A-Za-z0-9_]+' -- '*_test.go' | sed -E 's|(.*)/[^/]*:func (.*)|\1 \2|' | \
	xargs -P 2 -L 1 sh -c 'go test -run "^$$" -fuzz "^$$1\$$" -fuzztime $(FUZZRUNS) -parallel 1 ./$$0'

# SQLite is Go, too, and far slower there; of the history only what happens at once runs
# with the race detector.
unit:
	go test -race $$(go list ./... | grep -v -e /internal/e2e -e /internal/bench -e /internal/archtest -e /master/history)
	go test ./master/history
	go test -race -run 'While|Two|Cancelled' ./master/history

# Race builds use a twin of boomer's pool, since boomer races with itself; so what
# runs users is also tested with boomer.
boomer:
	go test ./worker/...

# Real processes on loopback.
e2e: build
	LOCUST_HTTP=$(CURDIR)/bin/locust-http go test -count=1 -parallel 6 ./internal/e2e/...
