# Two commands matter: `make run` shows the program, `make test` checks everything.
# Both install what is missing first, and nothing that is there already.
.DEFAULT_GOAL := help
.PHONY: help run test check needs needs-build deny bench soak fuzz clean-artefacts

CARGO ?= cargo
# One folder for everything that is built, an existing choice respected.
export CARGO_TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
# A Node that `packaging/needs/node.sh` had to bring stands before the system's.
export PATH := $(CARGO_TARGET_DIR)/node/bin:$(PATH)

# Tests wait for other programs as often as they compute: one more than there are cores.
export RUST_TEST_THREADS ?= $(shell expr $$(nproc) + 1)

program := $(CARGO_TARGET_DIR)/release/aiguillage
# What knows no database of ours need not run a second time on PostgreSQL.
once := --skip peers:: --skip demo:: --skip look:: --skip ldap_source:: --skip program:: \
  --skip schemathesis:: --skip browser::
install := packaging/needs/install.sh

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 25

run: ## install, build and start the demonstration on http://localhost:8080
	@[ -x "$(program)" ] || echo "First build: about 12 minutes on two cores. Later starts take seconds."
	@$(MAKE) --no-print-directory needs-build
	$(CARGO) build --locked --release
	$(program) demo

test: needs ## install, then every check and every test; PICTURES=1 keeps pictures of pages
	$(MAKE) --no-print-directory check
	tests/in-memory.sh $(CARGO) test --locked
	tests/in-memory.sh tests/postgres.sh $(CARGO) test --locked --test it -- $(once)

check: needs-build ## format, lints and documentation
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --locked --no-deps

needs-build: ## install what building and running need
	@packaging/needs/rust.sh
	@$(install) build run

needs: ## install what building, running and testing need
	@packaging/needs/rust.sh
	@$(install) build run test
	@packaging/needs/node.sh $(CARGO_TARGET_DIR)/node
	@packaging/needs/schemathesis.sh $(CARGO_TARGET_DIR)/schemathesis

deny: ## licences and advisories (wants cargo-deny and the network)
	@$(CARGO) deny --version >/dev/null 2>&1 || \
	  { echo "cargo-deny is missing: cargo install --locked cargo-deny" >&2; exit 1; }
	$(CARGO) deny --locked check

bench: needs-build ## how fast it is: SIZE=10k, 1.2M or 12M people, SCHOOLS=70000, CARDS=10000
	$(CARGO) bench --locked

soak: needs ## the long runs, ignored otherwise
	ulimit -n 8192 && $(CARGO) test --locked --release --test it -- \
	  --ignored --nocapture --test-threads 1 soak

seconds ?= 300
fuzz: needs-build ## feed strange input to the parsers, seconds=300 each
	@$(CARGO) +nightly fuzz --version >/dev/null 2>&1 || \
	  { echo "Fuzzing wants the nightly toolchain and cargo-fuzz:" >&2; \
	    echo "  rustup toolchain install nightly && cargo install cargo-fuzz" >&2; \
	    echo "Without them, \`make test\` replays the known inputs on the stable one." >&2; exit 1; }
	@for target in $$($(CARGO) +nightly fuzz list); do \
	  $(CARGO) +nightly fuzz run $$target -- -max_total_time=$(seconds) || exit 1; \
	done

clean-artefacts: ## throw the pictures of the browser tests away
	rm -rf tests/artefacts
