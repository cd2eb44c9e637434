import { expect } from "chai";
import { asText, at } from "../../src/model/json.ts";
import { cleanUp } from "../cluster/rig.ts";
import { leading, shop } from "./rig.ts";

describe("the controller", () => {
  afterEach(cleanUp);

  it("hears what changed while it was paused, as soon as it leads again", async () => {
    const { double, clock, controller, said, stored, until } = await leading(shop("cart"));
    await until(() => at(stored("Application", "shop"), "status", "observedGeneration") === 1, "a status");
    // The renewal is late: it led no more when the change was heard, and the Lease was never another's.
    double.script = ({ path }) => (path.includes("/leases/") ? "stall" : undefined);
    clock.advance(12_000);
    double.store.remove(stored("Service", "cart") ?? {});
    await until(() => controller.world.get("Service", "shop", "cart") === undefined, "the change is heard");
    expect(controller.isLeader).to.equal(false);
    double.script = () => undefined;
    const before = clock.now();
    await until(() => stored("Service", "cart") !== undefined, "the Service is back");
    expect(clock.now() - before).to.be.below(15_000);
    expect(said).to.include.members(["leading", "not leading any more"]);
  });

  it("gives the Lease back at once when it resigns, and goes on to tell webhooks of the world", async () => {
    const { double, controller, stored, until } = await leading(shop("cart"));
    await until(() => stored("Service", "cart") !== undefined, "the Service");
    await controller.resign();
    const [lease] = [...double.store.objects.values()].filter(({ kind }) => kind === "Lease");
    expect(asText(at(lease, "spec", "holderIdentity"))).to.equal("");
    double.store.remove(stored("Service", "cart") ?? {});
    await until(() => controller.world.get("Service", "shop", "cart") === undefined, "the change is heard");
    expect(controller.ready).to.equal(true);
    await controller.stop();
  });
});
