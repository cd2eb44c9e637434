import { stepsOf } from "./model.ts";
import { begin, type Planner, type SmallWorld, type State } from "./model-state.ts";
import { Paths } from "./paths.ts";
import { promiseFault, restFault } from "./promises.ts";
import { StateKeys } from "./state-key.ts";

export interface Finding {
  readonly fault: string;
  readonly trace: readonly string[];
}

export interface Exploration {
  readonly states: number;
  readonly isComplete: boolean;
  readonly finding: Finding | undefined;
}

/** Every state that a world can reach, up to a number of states; the first fault with the events that lead to it. */
export const explore = (world: SmallWorld, plan: Planner, limit: number): Exploration =>
  new Search(world, plan).run(limit);

class Search {
  private readonly keys = new StateKeys();
  private readonly ids = new Map<string, number>();
  private readonly parents: number[] = [];
  private readonly events: string[] = [];
  private readonly fair = new Paths();
  private readonly resting: number[] = [];
  private frontier: { id: number; state: State }[] = [];
  private finding: Finding | undefined;
  private readonly world: SmallWorld;
  private readonly plan: Planner;

  constructor(world: SmallWorld, plan: Planner) {
    this.world = world;
    this.plan = plan;
  }

  run(limit: number): Exploration {
    this.enter(begin(this.world), 0, "begin");
    while (this.frontier.length > 0 && this.ids.size < limit && !this.finding) {
      const level = this.frontier;
      this.frontier = [];
      for (const { id, state } of level) if (!this.finding) this.visit(id, state);
    }
    const isComplete = this.frontier.length === 0 && !this.finding;
    const stuck = isComplete ? this.fair.cutOff(this.ids.size, this.resting) : undefined;
    if (stuck !== undefined) this.find(stuck, "and so on", "never comes to rest");
    return { states: this.ids.size, isComplete, finding: this.finding };
  }

  private visit(id: number, state: State): void {
    const steps = stepsOf(state, this.world, this.plan);
    for (const { event, state: next, isFair, faults } of steps) {
      if (faults.length > 0) {
        this.find(id, event, faults.join("; "));
        return;
      }
      const to = this.enter(next, id, event);
      if (isFair) this.fair.add(id, to);
    }
    if (steps.some(({ isFair }) => isFair)) return;
    this.resting.push(id);
    const fault = restFault(state, this.plan) ?? promiseFault(state, this.world);
    if (fault !== undefined) this.find(id, "at rest", fault);
  }

  private enter(state: State, from: number, event: string): number {
    const text = this.keys.of(state);
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.ids.size;
    this.ids.set(text, id);
    this.parents.push(from);
    this.events.push(event);
    this.frontier.push({ id, state });
    return id;
  }

  private find = (id: number, last: string, fault: string): void => {
    const trace = [last];
    for (let at = id; at > 0; at = this.parents[at] ?? 0) trace.unshift(this.events[at] ?? "");
    this.finding = { fault, trace };
  };
}
