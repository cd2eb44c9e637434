import { expect } from "chai";
import jsonPatch, { type Operation } from "fast-json-patch";
import { warningLines } from "../src/admission/respond.ts";
import { rolledOut } from "../src/model/history.ts";
import { at, type JsonObject } from "../src/model/json.ts";
import { type KubeObject, kindOf } from "../src/model/world.ts";
import { example } from "./support/cases.ts";
import { answerIn, responseOf, reviewOf } from "./support/review.ts";

const bookinfo = example("bookinfo");
const canary = example("bookinfo-canary");
const create = (request: JsonObject = {}, object: KubeObject = bookinfo) => reviewOf(object, undefined, request);
const without = (object: JsonObject, ...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
const request = (change: (request: JsonObject) => JsonObject): JsonObject => {
  const review = create();
  return { ...review, request: change(review["request"] as JsonObject) };
};
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
const withText = (marker: string, text: string) =>
  JSON.stringify(create({}, { ...bookinfo, metadata: { name: "book-info", annotations: { marker: marker } } })).replace(
    `"${marker}"`,
    text,
  );

function keys(count: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`key${i}`, 1])));
}

/** The rows of a corpus of hostile envelopes, by number. */
const malformed: Record<string, unknown> = {
  "32 an empty object": {},
  "33 a list": [],
  "33 a string": '"x"',
  "33 a number": "1",
  "33 null": "null",
  "34 truncated JSON": '{"apiVersion":"admission.k8s.io/v1"',
  "35 trailing garbage": `${JSON.stringify(create())}x`,
  "36 two objects": `${JSON.stringify(create())}${JSON.stringify(create())}`,
  "37 a byte order mark": `\ufeff${JSON.stringify(create())}`,
  "40 a duplicate uid": JSON.stringify(create()).replace('"uid"', '"uid":"x","uid"'),
  "42 another kind": { ...create(), kind: "Pod" },
  "44 no apiVersion": without(create(), "apiVersion"),
  "45 no request": without(create(), "request"),
  "46 a null request": { ...create(), request: null },
  "47 no uid": request((given) => without(given, "uid")),
  "48 a uid that is a number": create({ uid: 7 }),
  "48 a uid of 10 KiB": create({ uid: "x".repeat(10240) }),
  "48 a uid with a newline": create({ uid: "a\nb" }),
};

const refused: Record<string, unknown> = {
  "41 a duplicate key in the object": withText("m", '"a","x":1,"x":2'),
  "43 v1beta1": { ...create(), apiVersion: "admission.k8s.io/v1beta1" },
  "50 no kind": request((given) => without(given, "kind")),
  "52 a Deployment": create({ kind: { group: "apps", version: "v1", kind: "Deployment" } }),
  "53 another version": create({ kind: { group: "core.oam.dev", version: "v1alpha2", kind: "Application" } }),
  "54 no operation": request((given) => without(given, "operation")),
  "54 an operation in lower case": create({ operation: "create" }),
  "55 CONNECT": create({ operation: "CONNECT" }),
  "56 a null object": create({ object: null }),
  "58 an update without the old object": create({ operation: "UPDATE" }),
  "61 an object that is a list": create({ object: [] }),
  "62 an object of another kind": create({}, { ...bookinfo, kind: "Deployment" }),
  "63 an object of another namespace": create({ namespace: "other" }),
  "64 an object of another name": create({ name: "other" }),
  "67 a dryRun that is a string": create({ dryRun: "true" }),
  "70 no userInfo": request((given) => without(given, "userInfo")),
  "76 depth 101": withText("m", nested(101)),
  "77 depth 5,000": withText("m", nested(5000)),
  "78 depth 1,000,000": withText("m", nested(1000000)),
  "85 no metadata": create({}, without(bookinfo, "metadata")),
  "85 metadata that is a list": create({}, { ...bookinfo, metadata: [] }),
  "88 no namespace": create({ namespace: "" }, { ...bookinfo, metadata: { name: "book-info" } }),
  "232 a key __proto__": withText("m", '{"__proto__":{"a":1}}'),
};

const outsized: Record<string, unknown> = {
  "79 200,000 keys": withText("m", keys(200_000)),
  "80 1,000,000 zeros": withText("m", `[${"0,".repeat(999_999)}0]`),
};

const judged: Record<string, unknown> = {
  "49 a response in the request": { ...create(), response: { allowed: false } },
  "51 null requestKind": create({ requestKind: null, requestResource: null }),
  "57 CREATE with an old object": create({ oldObject: bookinfo }),
  "59 DELETE": create({ operation: "DELETE", object: null, oldObject: bookinfo }),
  "59 DELETE of 200,000 keys": create({ operation: "DELETE", object: null, oldObject: JSON.parse(keys(200_000)) }),
  "60 DELETE with neither": create({ operation: "DELETE", object: null }),
  "67 a null dryRun": create({ dryRun: null }),
  "68 dryRun": create({ dryRun: true }),
  "69 the status sub-resource": create({ subResource: "status", operation: "UPDATE", oldObject: bookinfo }),
  "71 null groups": create({ userInfo: { username: "dev", groups: null } }),
  "73 a user name of control characters": create({ userInfo: { username: 'a\n\u001b[31m{"' } }),
  "74 no options": request((given) => without(given, "options")),
  "75 unknown fields": create({ surprise: { a: 1 } }),
};

describe("admission", () => {
  for (const webhook of ["mutate", "validate"] as const) {
    describe(`${webhook}: envelopes`, () => {
      for (const [row, body] of Object.entries(malformed)) {
        it(`answers 400 to ${row}`, () => {
          const given = answerIn([], webhook, body);
          expect(given.status).to.equal(400);
          expect(given.body).to.have.all.keys("error");
        });
      }
      for (const [row, body] of Object.entries(refused)) {
        it(`refuses ${row}`, () => {
          const given = answerIn([], webhook, body);
          expect(given.status).to.equal(200);
          const { uid, allowed, status } = responseOf(given);
          expect([uid, allowed, status?.code]).to.deep.equal(["705ab4f5-6393-11e8-b7cc-42010a800002", false, 400]);
        });
      }
      for (const [row, body] of Object.entries(outsized)) {
        it(`refuses ${row}`, () => {
          const { allowed, status } = responseOf(answerIn([], webhook, body));
          expect([allowed, status?.code, status?.message]).to.deep.equal([
            false,
            422,
            "request.object has over 60000 values, too many to judge",
          ]);
        });
      }
      for (const [row, body] of Object.entries(judged)) {
        it(`judges ${row}`, () => {
          expect(responseOf(answerIn([], webhook, body)).allowed).to.equal(true);
        });
      }
    });
  }

  it("refuses with 422, a cause for each violation, and the rules for the audit log", () => {
    const response = responseOf(answerIn([], "validate", create({}, canary)));
    expect(response.allowed).to.equal(false);
    expect(response.status).to.deep.include({ code: 422, reason: "Invalid" });
    expect(response.status?.details).to.deep.equal({
      group: "core.oam.dev",
      kind: "Application",
      name: "book-info",
      causes: [
        {
          reason: "FieldValueInvalid",
          field: "spec.workflow.steps[0].properties.traffic.weightedTargets[1].revision",
          message: response.status?.details?.causes[0]?.message,
        },
        {
          reason: "FieldValueInvalid",
          field: "spec.workflow.steps[2].properties.traffic.weightedTargets[0].revision",
          message: response.status?.details?.causes[1]?.message,
        },
      ],
    });
    expect(response.status?.details?.causes[0]?.message).to.match(/"reviews-v2".*\(step-revisions-exist\)$/);
    expect(response.auditAnnotations?.["rules"]).to.include("step-revisions-exist");
  });

  it("says what an accepted rollout will do", () => {
    const live = rolledOut([bookinfo]).find((object) => kindOf(object) === "Application");
    const response = responseOf(answerIn(["bookinfo"], "validate", reviewOf(canary, live)));
    expect(response.allowed).to.equal(true);
    expect(response.warnings?.[0]).to.equal(
      "plan: reviews v1 -> v2: 1/2 pods at 10%, manual-approval waits for resume, 2/2 pods at 100%",
    );
    expect(response.warnings).to.have.length(2);
  });

  it("says of a refused change only what is wrong, not what it would have done", () => {
    const workflow = {
      appRevision: "book-info-v2",
      mode: "StepByStep",
      suspend: true,
      terminated: false,
      finished: false,
      steps: [],
    };
    const waiting = { ...canary, status: { workflow } };
    const edited = (weight: number): JsonObject =>
      JSON.parse(
        JSON.stringify(canary)
          .replace("productpage-v1:1.16.2", "productpage-v1:1.17")
          .replace(`"weight":90`, `"weight":${weight}`),
      );
    const said = (object: JsonObject) => {
      const { allowed, warnings } = responseOf(answerIn(["bookinfo"], "validate", reviewOf(object, waiting)));
      return [allowed, warnings?.some((line) => line.includes("waiting-workflow-is-kept")) ?? false];
    };
    expect(said(edited(90))).to.deep.equal([true, true]);
    expect(said(edited(95))).to.deep.equal([false, false]);
  });

  it("passes an unchanged spec, even one that it would refuse", () => {
    const wrong = { ...bookinfo, spec: { components: [] } };
    expect(responseOf(answerIn([], "validate", reviewOf(wrong, wrong))).allowed).to.equal(true);
    const labelled = { ...wrong, metadata: { name: "book-info", labels: { a: "b" } } };
    expect(responseOf(answerIn([], "validate", reviewOf(labelled, wrong))).allowed).to.equal(true);
    expect(responseOf(answerIn([], "validate", reviewOf(wrong, bookinfo))).allowed).to.equal(false);
  });

  it("passes an object that is being deleted, and does not change it", () => {
    const terminating = { ...bookinfo, metadata: { name: "book-info", deletionTimestamp: "2026-01-01T00:00:00Z" } };
    const wrong = { ...terminating, spec: { components: [] } };
    expect(responseOf(answerIn([], "validate", reviewOf(wrong, terminating))).allowed).to.equal(true);
    expect(responseOf(answerIn([], "mutate", reviewOf(wrong, terminating))).patch).to.equal(undefined);
  });

  it("judges by the spec in force where the publishVersion stays", () => {
    const published = {
      ...bookinfo,
      metadata: { name: "book-info", annotations: { "app.oam.dev/publishVersion": "v1" } },
    };
    const edited = { ...published, spec: canary["spec"] ?? {} };
    const response = responseOf(answerIn([], "validate", reviewOf(edited, published)));
    expect(response.allowed).to.equal(true);
    expect(response.warnings?.join()).to.include("publish-version-moves-with-the-spec");
  });

  it("judges what is written where the publishVersion stays", () => {
    const live = {
      ...bookinfo,
      metadata: { name: "book-info", annotations: { "app.oam.dev/publishVersion": "v1" }, generation: 1 },
    };
    const faults: Record<string, readonly Operation[]> = {
      "external-revision-is-a-name": [{ op: "add", path: "/spec/components/0/externalRevision", value: "A_b" }],
      "last-batch-takes-all-traffic": [
        {
          op: "replace",
          path: "/spec/workflow/steps/2/properties/traffic/weightedTargets",
          value: [
            { revision: "reviews-v1", weight: 50 },
            { revision: "reviews-v2", weight: 50 },
          ],
        },
      ],
    };
    for (const [rule, patch] of Object.entries(faults)) {
      const { spec } = jsonPatch.applyPatch(structuredClone(canary) as object, [...patch]).newDocument as KubeObject;
      const edited = { ...live, spec: spec as KubeObject };
      const response = responseOf(answerIn(["bookinfo"], "validate", reviewOf(edited, live)));
      expect(response.status?.details?.causes.map(({ message }) => message).join()).to.include(`(${rule})`);
    }
  });

  it("mutates nothing that is too large to be judged", () => {
    const large = { ...bookinfo, spec: { ...(bookinfo["spec"] as KubeObject), junk: JSON.parse(keys(30_000)) } };
    expect(responseOf(answerIn([], "mutate", create({}, large))).patch).to.equal(undefined);
    const causes = responseOf(answerIn([], "validate", create({}, large))).status?.details?.causes;
    expect(causes?.map(({ message }) => message)).to.deep.equal([
      "has over 20000 values, at most 20000 are possible (application-is-of-bounded-size)",
    ]);
  });

  it("counts causes beyond those that anybody reads, and of keys that are long or look like another text only their beginning", () => {
    const faulty = structuredClone(bookinfo) as {
      spec: { components: { properties: KubeObject; traits: KubeObject[] }[] };
    };
    const names = ["k".repeat(1_000_000), "a\u202egpj.exe"];
    const unknown = Object.fromEntries([
      ...names.map((name) => [name, 1]),
      ...Object.entries(JSON.parse(keys(18_000))),
    ]);
    faulty.spec.components[0]?.traits.splice(1, 1, {
      type: "rollout",
      properties: { targetSize: 2, rolloutBatches: [{ replicas: 2 }], ...unknown },
    });
    const { status } = responseOf(answerIn([], "validate", create({}, faulty as unknown as KubeObject)));
    const causes = status?.details?.causes ?? [];
    expect(causes).to.have.length(41);
    expect(causes.map(({ message }) => message).join()).to.include("has 17962 more unknown properties");
    expect(JSON.stringify(status)).to.not.match(/[\u202a-\u202e]/);
    expect(JSON.stringify(status).length).to.be.below(64_000);
  });

  it("counts the faults of one rule beyond the first fifty", () => {
    const faulty = structuredClone(bookinfo) as { spec: { components: { properties: KubeObject }[] } };
    const env = Array.from({ length: 6_000 }, (_, i) => ({ name: `A ${i}`, value: "x" }));
    Object.assign(faulty.spec.components[0]?.properties ?? {}, { env });
    const { status } = responseOf(answerIn([], "validate", create({}, faulty as unknown as KubeObject)));
    const causes = status?.details?.causes ?? [];
    expect(causes).to.have.length(51);
    expect(causes.at(-1)?.message).to.equal("and 5950 more like it (env-entries-are-valid)");
  });

  it("keeps to eight warnings of 120 printable characters, the plan first", () => {
    const warnings = Array.from({ length: 40 }, (_, i) => ({
      rule: "some-rule",
      field: "",
      message: `${i}\n\u001b[31m\ud800 ${"x".repeat(300)}`,
    }));
    const lines = warningLines(warnings, `plan: ${"y".repeat(300)}`);
    expect(lines).to.have.length(8);
    expect(lines[0]).to.match(/^plan: y+…$/);
    expect(lines[1]).to.match(/^0.*… \(some-rule\)$/);
    expect(lines[7]).to.equal("and 34 more warnings");
    for (const line of lines) {
      expect(line.length).to.be.at.most(120);
      expect(line).to.match(/^[^\p{Cc}\p{Cs}]*$/u);
    }
  });

  it("lists at most a hundred causes and says how many there are besides", () => {
    const faulty = structuredClone(bookinfo) as {
      spec: { components: { properties: KubeObject }[]; workflow: KubeObject };
    };
    const sixty = (make: (i: number) => KubeObject) => Array.from({ length: 60 }, (_, i) => make(i));
    faulty.spec.workflow = { steps: sixty((i) => ({ name: `s${i}`, type: "unknown" })) };
    Object.assign(faulty.spec.components[0]?.properties ?? {}, { env: sixty((i) => ({ name: `A ${i}`, value: "x" })) });
    const { status } = responseOf(answerIn([], "validate", create({}, faulty as unknown as KubeObject)));
    expect(status?.details?.causes).to.have.length(101);
    expect(status?.details?.causes[100]?.message).to.equal("and 2 more");
    expect(status?.message.length).to.be.at.most(4096);
  });

  it("leaves the prototype of objects alone", () => {
    answerIn([], "validate", withText("m", '{"__proto__":{"polluted":1}}'));
    expect(at({}, "polluted")).to.equal(undefined);
    expect(Object.keys(Object.prototype)).to.deep.equal([]);
  });
});
