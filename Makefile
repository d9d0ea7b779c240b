# Build, run and check Tandem. Every target works on a clean checkout; the
# targets that check ask only for Go, and a C compiler for the race detector.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c

# What make run starts: a folder or a lab.yaml; empty is the built-in pair.
LAB ?=
# How long make fuzz spends on each target, and make bench on each benchmark.
FUZZTIME  ?= 10s
BENCHTIME ?= 1s
# How many failovers, each with a seed of its own, make sweep strikes.
RUNS ?= 2000
# What the checks look at.
PACKAGES ?= ./...

GOFUMPT     := go run mvdan.cc/gofumpt@v0.12.0
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build run test sweep failover kernel clients lint fmt bench fuzz cover clean

build: ## bin/tandem, one static program
	CGO_ENABLED=0 go build -trimpath -o bin/tandem ./cmd/tandem

run: build ## start a lab and stay in the foreground
	bin/tandem up $(LAB)

test: ## vet, and every test under the race detector
	go vet $(PACKAGES)
	go test -race $(PACKAGES)

kernel: ## the tests that need a Linux kernel with SCTP, in User Mode Linux
	ipc/sctp/interop/uml.sh

clients: ## ssh, telnet, netmiko, Ansible and others on a running lab; prints docs/clients.md's table
	go test -count=1 -v ./clients

sweep: ## thousands of failovers in virtual time; a failing seed prints the scenario that replays it
	go test -timeout 30m -run '^TestSweep$$' ./lab/appliance -sweep $(RUNS)

failover: ## strike a live pair on TAP devices, and the Linux pair at its fastest beside it, as root; prints the gaps
	go test -count=1 -v -parallel 4 -skip '^TestLinux$$' ./bench/failover
	go test -count=1 -v -short -run '^TestLinux$$' ./bench/failover

lint: ## formatting and static analysis; prints nothing when all is well
	@unformatted=$$($(GOFUMPT) -l .); \
	if [ -n "$$unformatted" ]; then echo "make fmt would change:"; echo "$$unformatted"; exit 1; fi
	@$(STATICCHECK) $(PACKAGES)
	@cd clients/scrapligo && $(STATICCHECK) . # a module of its own

fmt: ## format every file
	$(GOFUMPT) -l -w .

bench: ## every benchmark, without tests
	go test -run '^$$' -bench . -benchtime $(BENCHTIME) $(PACKAGES)

# go test fuzzes one target of one package at a time, and links anew for each:
# here a package is linked once. By itself it would spend most of a short run
# making each find as small as it can.
fuzz: ## every fuzz target in turn, for FUZZTIME each
	@mkdir -p bin
	@go list -f '{{.ImportPath}} {{.Dir}}' $(PACKAGES) | while read -r package dir; do \
		grep -qs '^func Fuzz' $$dir/*_test.go || continue; \
		go test -c -fuzz . -o bin/fuzz.test $$package; \
		for target in $$(cd $$dir && $(CURDIR)/bin/fuzz.test -test.list '^Fuzz'); do \
			echo "== $$package $$target"; \
			(cd $$dir && $(CURDIR)/bin/fuzz.test -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) \
				-test.fuzzminimizetime 10x -test.fuzzcachedir "$$(go env GOCACHE)/fuzz/$$package") </dev/null; \
		done; \
	done; rm -f bin/fuzz.test

cover: ## statement coverage: a total here, a page in bin/cover.html
	@mkdir -p bin
	go test -coverpkg=./... -coverprofile=bin/cover.out $(PACKAGES)
	go tool cover -html=bin/cover.out -o bin/cover.html
	go tool cover -func=bin/cover.out | tail -n 1

clean:
	rm -rf bin
