import { expect } from "chai";
import { LoadReport } from "./bed/load-report.ts";
import type { Weights } from "./bed/proxies.ts";
import { enoughFor, faultOf, splitOf } from "./split.ts";

const planned: Weights = { v1: 90, v2: 10 };
const all = enoughFor(planned);
/** What so many answers come to where calls are shared exactly so. */
const judged = (shares: Weights, answers = all, weights = planned): string | undefined => {
  const counts = Object.entries(shares).map(([name, share]) => [`200 ${name}`, Math.round((answers * share) / 100)]);
  return faultOf(splitOf(new LoadReport([{ at: 0, sent: answers, counts: Object.fromEntries(counts) }]), weights));
};

describe("the judge of a split", () => {
  it("finds nothing where calls are shared as planned, or a little otherwise", () => {
    expect(judged(planned)).to.equal(undefined);
    expect(judged({ v1: 88, v2: 12 })).to.equal(undefined);
    expect(judged({ v1: 100 }, 300, { v1: 100 })).to.equal(undefined);
  });

  it("finds other weights than the planned ones", () => {
    expect(judged({ v1: 80, v2: 20 })).to.match(/^\{"v1":90,"v2":10\} is 8\.\d σ away in \d+ answers$/);
    for (const shares of [{ v1: 100 }, { v1: 10, v2: 90 }, { v1: 50, v2: 50 }])
      expect(judged(shares)).to.match(/σ away/);
  });

  it("finds answers of who has no weight", () => {
    expect(judged({ v1: 99, v2: 1 }, 1_000, { v1: 100 })).to.match(/σ away/);
    expect(judged({ v1: 89, v2: 10, v3: 1 })).to.match(/σ away/);
  });

  it("takes too few answers for none", () => {
    expect(judged(planned, 500)).to.equal('500 answers do not tell {"v1":90,"v2":10} from other weights');
    expect(judged({ v1: 100 }, 100, { v1: 100 })).to.match(/^100 answers do not tell/);
    expect(enoughFor({ v1: 50, v2: 50 })).to.equal(1_600);
  });
});
