import { expect } from "chai";
import { plan } from "../../src/rollout/plan.ts";
import { largerWorlds } from "./larger-worlds.ts";
import { explore } from "./search.ts";
import { smallWorlds } from "./small-worlds.ts";

/** `MODEL=full` explores the larger worlds too, up to so many states each. */
const isFull = process.env["MODEL"] === "full";
const limit = Number(process.env["MODEL_STATES"] ?? "400000");

/** A small world is one that is explored completely within so many states; all worlds together have at least `total`. */
const whole = 200_000;
const total = 1_200_000;

describe("the model checker", () => {
  let states = 0;
  for (const world of [...smallWorlds, ...(isFull ? largerWorlds : [])]) {
    it(`finds nothing wrong in: ${world.name}`, function () {
      this.timeout(600_000);
      const explored = explore(world, plan, isFull ? limit : 6_000);
      states += explored.states;
      process.stdout.write(`      ${explored.states} states${explored.isComplete ? ", complete" : ""}\n`);
      expect(explored.finding, JSON.stringify(explored.finding, null, 2)).to.equal(undefined);
      if (isFull && limit >= whole && smallWorlds.includes(world))
        expect(explored.isComplete, `not complete within ${limit} states`).to.equal(true);
    });
  }

  it("explores enough of them", function () {
    process.stdout.write(`      ${states} states in all\n`);
    if (!isFull || limit < whole) this.skip();
    expect(states).to.be.at.least(total);
  });
});
