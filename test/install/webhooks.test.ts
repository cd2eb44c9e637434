import { expect } from "chai";
import { webhooks } from "../../src/install/webhooks.ts";
import { asList, asText, own } from "../../src/model/json.ts";
import { mutations } from "../../src/mutations/index.ts";

describe("the mutating webhooks", () => {
  it("are one for each mutation, which no cluster would ask for otherwise", () => {
    const mutating = webhooks.find((it) => own(it, "kind") === "MutatingWebhookConfiguration");
    const names = asList(own(mutating, "webhooks")).map((webhook) => asText(own(webhook, "name")));
    expect(names).to.deep.equal(mutations.map(({ id }) => `${id}.rollguard.dev`));
  });
});
