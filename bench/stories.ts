import type { Cue } from "../src/simulate/script.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { example } from "../test/support/cases.ts";

/** An example `count` times, each in a namespace and with a host of its own. */
export const copies = (name: string, count: number): readonly ReturnType<typeof example>[] =>
  Array.from({ length: count }, (_, i) => {
    const app = structuredClone(example(name)) as {
      metadata: { namespace: string };
      spec: { components: { traits: { properties: { hosts?: string[] } }[] }[] };
    };
    app.metadata.namespace = `team-${i}`;
    const gateway = app.spec.components[1]?.traits[1]?.properties;
    if (gateway) gateway.hosts = [`host-${i}.example.com`];
    return app as unknown as ReturnType<typeof example>;
  });

/** The seed's story, `count` times at once. */
export function stories(count: number): () => unknown {
  const cues: Cue[] = [
    { act: { do: "apply", file: "first", objects: copies("bookinfo", count) }, after: undefined },
    { act: { do: "apply", file: "canary", objects: copies("bookinfo-canary", count) }, after: undefined },
    { act: { do: "command", command: "resume", application: undefined }, after: undefined },
  ];
  return () => simulate(cues, { settleSeconds: 12 });
}
