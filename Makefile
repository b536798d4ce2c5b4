# The two commands of a newcomer are "make run" and "make test". Go, git, make and a network are all they need.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# go.mod says which Go is needed; an older one with GOTOOLCHAIN=auto fetches it by itself.
GO_NEEDED := $(shell sed -n 's/^go //p' go.mod)
FUNCTIONS := $(notdir $(wildcard functions/*))

.PHONY: help
help:
	@echo "make run    run apppass on this machine; no AWS account, Docker or Slack workspace"
	@echo "make test   unit, contract, browser and end-to-end tests with the race detector"
	@echo "make quick  unit tests and the arrows, within seconds"
	@echo "make demo   the main job, unattended, a line a step"
	@echo "make gallery  every screen in every language, as golden files and in build/gallery.html"
	@echo "make race   a thousand sessions race for each of a thousand links: one wins"
	@echo "make year   a year of reminders for 1,000 people, with crashes and repeats; and a million app passwords, a thousand due"
	@echo "make storm  20,000 sign-ins through Dovecot while apppass dies and returns"
	@echo "make bench  the benchmarks behind every figure"
	@echo "make fuzz   every fuzz target for a while (FUZZTIME=30s)"
	@echo "make lint   gofmt, vet, golangci-lint, govulncheck, cfn-lint"
	@echo "make build  make dist, and the SHA-256 of the page behind links"
	@echo "make dist   dist/<function>/bootstrap, what sam deploy uploads"

.PHONY: go
go:
	@command -v go >/dev/null || { echo "apppass needs Go $(GO_NEEDED) or newer: https://go.dev/dl/" >&2; exit 1; }
	@out=$$(go version 2>&1 && go list -m 2>&1) || { echo "apppass needs Go $(GO_NEEDED) or newer (https://go.dev/dl/); $$(GOTOOLCHAIN=local go version | cut -d ' ' -f 3) says: $$(echo "$$out" | tail -n 1)" >&2; exit 1; }

build/local: go
	@test -x build/local || echo "building the local stack (about a minute the first time)" >&2
	@go build -o build/local ./infra/local
.PHONY: build/local

.PHONY: run
run: build/local
	@exec build/local

.PHONY: demo
demo: build/local
	@exec build/local demo

# With CI=true what is missing is a failure; else a line says what is left out.
.PHONY: test
test: go
	@sh infra/test.sh

.PHONY: quick
quick: go
	@go test ./shared/core/... ./shared/use/... ./shared/edge/... ./infra/arrows/... ./infra/local/template/... ./infra/local/journal/...

# A golden file that changes shows in review; the page is to look through.
.PHONY: gallery
gallery: go
	@go test ./shared/edge/slackui -count=1 -run TestEveryScreenIsItsGoldenFile -update
	@go run ./infra/gallery

.PHONY: race
race: go
	go test ./shared/use/reveal -count=1 -run TestOfManySessionsOneWins -links 1000 -sessions 1000 -timeout 60m -v
	go test ./infra/e2e -count=1 -run TestOfManyTabsOneWins -links 20 -tabs 100 -timeout 60m -v

.PHONY: year
year: go
	go test ./shared/use/nudge -count=1 -run TestAYear -people 1000 -days 365 -tick 15m -timeout 60m -v
	go test ./shared/use/nudge -count=1 -run TestATickReadsWhatIsDue -passwords 1000000 -timeout 60m -v

.PHONY: storm
storm: go
	go test ./infra/relying-parties/dovecot -count=1 -run TestAMailServersDay -sign-ins 20000 -people 20 -connections 150 -timeout 30m -v

.PHONY: bench
bench: go
	@go test -run '^$$' -bench . -benchmem ./...

FUZZTIME ?= 30s
.PHONY: fuzz
fuzz: go
	@sh infra/fuzz.sh $(FUZZTIME)

.PHONY: lint
lint: go
	@sh infra/lint.sh

# What sam deploy uploads, and the SHA-256 of the page that the reveal function serves: to compare with a deployment's,
# curl -s https://<SlackUrl's host>/r/open | sha256sum
.PHONY: build
build: dist
	@echo "the page behind links: SHA-256 $$(go run ./functions/reveal/page -hash)"

.PHONY: dist $(FUNCTIONS:%=dist/%/bootstrap)
dist: $(FUNCTIONS:%=dist/%/bootstrap)
$(FUNCTIONS:%=dist/%/bootstrap): dist/%/bootstrap: go
	GOOS=linux GOARCH=arm64 CGO_ENABLED=0 go build -trimpath -tags lambda.norpc -ldflags='-s -w' -o $@ ./functions/$*
