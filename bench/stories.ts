import type { Cue } from "../src/simulate/script.ts";
import { simulate } from "../src/simulate/simulate.ts";
import { example } from "../test/support/cases.ts";

/** The seed's story, `count` times at once, each in a namespace of its own. */
export function stories(count: number): () => unknown {
  const copies = (name: string) =>
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
  const cues: Cue[] = [
    { act: { do: "apply", file: "first", objects: copies("bookinfo") }, after: undefined },
    { act: { do: "apply", file: "canary", objects: copies("bookinfo-canary") }, after: undefined },
    { act: { do: "command", command: "resume", application: undefined }, after: undefined },
  ];
  return () => simulate(cues, { settleSeconds: 12 });
}
