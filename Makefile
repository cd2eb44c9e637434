ROLLGUARD := node dist/rollguard.js
PAGES     := rules cli states
EXAMPLES  := manifests/examples
MODULES   := node_modules/.package-lock.json
COMPILED  := build/.compiled
SOURCES   := tsconfig.json $(shell find src test bench -name '*.ts')

.PHONY: help install build image demo test e2e live check docs verify model bench certs clean
.DEFAULT_GOAL := help

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(MODULES): package.json package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(COMPILED): $(MODULES) $(SOURCES)
	@npm run --silent compile
	@touch $@

install: $(MODULES) ## install the pinned packages

build: $(MODULES) ## bundle dist/rollguard.js, one executable file
	@npm run --silent bundle

image: build ## the container image that manifests/install names, with docker
	docker build -t rollguard:$$(node -p "require('./package.json').version") .

demo: build ## judge the bookinfo story and a row of broken variants
	@sh $(EXAMPLES)/demo.sh

test: $(COMPILED) build ## everything that needs no cluster
	@npm run --silent mocha

e2e: $(COMPILED) build ## everything against a real control plane and mesh, as root; FULL=1 also what takes long
	@npm run --silent e2e

live: $(COMPILED) build ## a cluster to play in: the test bed with Rollguard and bookinfo in it, and a shell; as root
	@node build/test/e2e/live.js

check: $(COMPILED) ## types, lint, format
	@npm run --silent lint

docs: build ## write what is generated: pages of docs/, and manifests/
	@for page in $(PAGES); do $(ROLLGUARD) docs $$page > docs/$$page.md; done
	@$(ROLLGUARD) manifests --out manifests

verify: check build ## what CI runs: check, test with coverage, generated files up to date
	@npm run --silent coverage
	@for page in $(PAGES); do $(ROLLGUARD) docs $$page | diff -u docs/$$page.md - || exit 1; done
	@$(ROLLGUARD) manifests --out build/manifests
	@for base in install kubevela; do diff -ru manifests/$$base build/manifests/$$base || exit 1; done
	@echo "verify: all green"

model: $(COMPILED) ## the model checker on all its worlds, within ten minutes
	@MODEL=full npx mocha build/test/rollout/model.test.js build/test/rollout/seeded-bugs.test.js

bench: $(COMPILED) build ## measure the verdict and the start of the program, as ratios
	@node build/bench/main.js

certs: build ## make a development CA and certificate in certs/
	@$(ROLLGUARD) certs --out certs

clean: ## remove everything that was made
	rm -rf build dist coverage node_modules
