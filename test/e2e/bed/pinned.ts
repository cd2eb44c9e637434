/** What is built, from which module, at which version. The versions of the go.mod files rule; those here name folders and tell programs who they are. */
export interface Tool {
  readonly binary: string;
  readonly goPackage: string;
  /** Symbols that the linker sets, else the program does not know its version. */
  readonly symbols: readonly string[];
}

export interface PinnedModule {
  readonly name: string;
  readonly version: string;
  readonly tools: readonly Tool[];
}

const kubernetes = "v1.36.3";
const vela = "v1.10.9";

const ofKubernetes = (binary: string): Tool => ({
  binary,
  goPackage: `k8s.io/kubernetes/cmd/${binary}`,
  symbols: [`gitVersion=${kubernetes}`, "gitMajor=1", "gitMinor=36"].map((it) => `k8s.io/component-base/version.${it}`),
});

export const modules: readonly PinnedModule[] = [
  {
    name: "etcd",
    version: "v3.7.3",
    tools: [{ binary: "etcd", goPackage: "go.etcd.io/etcd/server/v3", symbols: [] }],
  },
  {
    name: "kubernetes",
    version: kubernetes,
    tools: ["kube-apiserver", "kube-controller-manager", "kubectl"].map(ofKubernetes),
  },
  {
    name: "istio",
    version: "v0.0.0-20260827124520-eed52ebb66ad",
    tools: [{ binary: "istiod", goPackage: "istio.io/istio/pilot/cmd/pilot-discovery", symbols: [] }],
  },
  {
    name: "vela",
    version: vela,
    tools: [
      {
        binary: "vela",
        goPackage: "github.com/oam-dev/kubevela/references/cmd/cli",
        symbols: [`github.com/oam-dev/kubevela/version.VelaVersion=${vela}`],
      },
    ],
  },
];

/** Custom resource definitions that lie in modules which are pinned anyway. */
export interface PinnedDefinitions {
  readonly name: string;
  readonly module: string;
  readonly sources: readonly { readonly goModule: string; readonly path: string }[];
}

export const definitions: readonly PinnedDefinitions[] = [
  {
    name: "istio",
    module: "istio",
    sources: [{ goModule: "istio.io/istio", path: "manifests/charts/base/files/crd-all.gen.yaml" }],
  },
  {
    name: "kubevela",
    module: "vela",
    sources: [
      { goModule: "github.com/oam-dev/kubevela", path: "charts/vela-core/crds" },
      {
        goModule: "github.com/kubevela/workflow",
        path: "charts/vela-workflow/crds/core.oam.dev_workflowruns.yaml",
      },
    ],
  },
];
