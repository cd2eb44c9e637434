#!/bin/sh
# The story of bookinfo, judged: three manifests that are admitted, then variants of the second that are not.
cd "$(dirname "$0")/../.." || exit 2
examples=manifests/examples
rollguard="node dist/rollguard.js"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '$ rollguard %s\n\n' "$*"; $rollguard "$@"; }

say '1. The first deployment: reviews gets its revision v1.'
run check $examples/bookinfo.yaml || exit 1

say '2. The canary: a new image of reviews, one pod first, 10 % of the calls, then a person decides.'
run check $examples/bookinfo-canary.yaml --after $examples/bookinfo.yaml || exit 1

say '3. Or back: the rollback drops the workflow and pins v1. It is admitted, and what is odd about it is told.'
run check $examples/bookinfo-rollback.yaml --after $examples/bookinfo.yaml --after $examples/bookinfo-canary.yaml || exit 1

say '4. The canary before anything is deployed: there is no v2 that it could route to.'
run check $examples/bookinfo-canary.yaml

say '5. The canary with one mistake each, and one with ten. Nothing of this is stored.'
run check $examples/broken --after $examples/bookinfo.yaml
[ $? -eq 1 ] || exit 1
