import { programName } from "./usage.ts";

/** What the help of the program and of each verb ends with. */
const exits = "Exit codes: 0 ok or admitted, 1 refused or failed, 2 wrong usage or unreadable input.";

const ending = (text: string, ...examples: readonly string[]): string =>
  [
    ...(text === "" ? [] : [text]),
    ["Examples:", ...examples.map((example) => `  ${programName} ${example}`)].join("\n"),
    exits,
  ]
    .map((paragraph) => `\n${paragraph}`)
    .join("\n");

const script = `A FILE is applied. resume, suspend, terminate, restart and rollback act on every Application that can take
them, resume@NAME on one (a file of that name is ./resume). fail REV: its pods never become ready.
crash REV: its ready pods die and come anew. ready-after 20s: how long pods take. mesh-lag 5s: how late
proxies follow. mesh-confirms: proxies tell what they have. An argument acts when what came before is at
rest, or waits for a person, also for one whose time is limited; +30s before it lets it act that long after
the one before.`;

export const helpAfter = {
  rollguard: `\n${exits}`,
  check: ending(
    `An Application that --after or --world has is judged as an update of it, any other as a creation.
Without --world nothing is known of other objects, and the rules that look at them are listed as not
checked.`,
    "check bookinfo.yaml",
    "check bookinfo-canary.yaml --after bookinfo.yaml",
    "check apps/ --world cluster.yaml -o sarif",
    "check - < app.yaml",
  ),
  render: ending(
    "It prints a world: what check --world takes.",
    "render bookinfo.yaml",
    "render bookinfo-canary.yaml --after bookinfo.yaml --step manual-approval",
  ),
  simulate: ending(
    script,
    "simulate bookinfo.yaml bookinfo-canary.yaml resume",
    "simulate bookinfo.yaml bookinfo-canary.yaml crash reviews-v2 +30s rollback",
  ),
  serve: ending(
    "It stops at SIGTERM or SIGINT. With --world nothing is rolled out; an empty folder is an empty world.",
    "serve --kubeconfig ~/.kube/config",
    "serve --world objects/",
    "serve --world objects/ --tls-cert tls.crt --tls-key tls.key --host 0.0.0.0",
  ),
  certs: ending("", "certs --out certs", "certs --out certs --name rollguard.test --days 30"),
  manifests: ending(
    "kubevela/ holds the kinds of KubeVela, for a cluster that has none.",
    "manifests | kubectl apply --server-side -f -",
    "manifests --out manifests",
  ),
  get: ending(
    "-w ends at Ctrl-C, with exit code 0, or when the Application is gone.",
    "get book-info",
    "get book-info -w",
    "get book-info -n shop -o json",
  ),
  list: ending("", "list", "list -A"),
  resume: ending("It writes what vela workflow resume writes.", "resume book-info", "resume book-info --step approval"),
  suspend: ending(
    "It writes what vela workflow suspend writes, and stops the clock of a suspend step that has a duration.",
    "suspend book-info",
  ),
  terminate: ending("It writes what vela workflow terminate writes.", "terminate book-info"),
  restart: ending(
    "It writes what vela workflow restart writes. Pods never step back, weights follow the running step, every\nsuspend waits again.",
    "restart book-info",
  ),
  rollback: ending(
    `It writes what a rollback manifest says: targetRevision, one batch of all pods, no workflow. Without
--to every component that is on its way to another revision goes back to its stable one. Where a GitOps
tool keeps the Application, commit what --export prints. --now writes the annotation rollguard.dev/return:
at-once, which goes by itself once all is back.`,
    "rollback book-info",
    "rollback book-info --to reviews-v1 --now",
    "rollback book-info --export > bookinfo-rollback.yaml",
  ),
  doctor: ending(
    "A line for each check: ok, warning, failed, or unknown where it may not be read. Exit code 1: one has failed.",
    "doctor",
    "doctor -o json",
  ),
  docs: ending("", "docs rules"),
} as const;
