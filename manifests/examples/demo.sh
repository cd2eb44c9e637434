#!/bin/sh
# The story of bookinfo: judged, then played on a paper cluster by the code that runs in a real one.
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

say '6. The story: deployed, one canary pod with 10 % of the calls, approved by a person, done.'
run simulate $examples/bookinfo.yaml $examples/bookinfo-canary.yaml resume || exit 1

say '7. The other end of it: the rollback is applied in place of the approval.'
run simulate $examples/bookinfo.yaml $examples/bookinfo-canary.yaml $examples/bookinfo-rollback.yaml || exit 1

say '8. A bad image: the pods of v2 never become ready. No call goes to them, and a person is told.'
run simulate $examples/bookinfo.yaml 'fail reviews-v2' $examples/bookinfo-canary.yaml
[ $? -eq 1 ] || exit 1
