import injectSidecar from "./inject-sidecar.ts";
import type { Mutation } from "./mutation.ts";
import nameSteps from "./name-steps.ts";

export const mutations: readonly Mutation[] = [nameSteps, injectSidecar];
