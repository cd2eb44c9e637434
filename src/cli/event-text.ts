/** What happened at one moment, in one text: of what one thing became, the last; of like objects, one list. */
export function eventText(events: readonly string[]): string {
  const last = new Map<string, string>();
  for (const event of events) {
    last.delete(subjectOf(event));
    last.set(subjectOf(event), event);
  }
  return listed([...last.values()]).join(", ");
}

const phases =
  /^(?:runningWorkflow|workflowSuspending|workflowTerminated|workflowFailed|running|unhealthy|starting)(?: at .*)?$/;

/** What an event is about, where it is about what that became: the Application, or one of its components. */
const subjectOf = (event: string): string =>
  phases.test(event) ? "the Application" : (/^(\S+) (?:is|runs batch) /.exec(event)?.[1] ?? event);

/** `create Deployment a`, `create Deployment b`: `create Deployment a and b`. */
function listed(events: readonly string[]): readonly string[] {
  const lists: { readonly head: string; readonly names: string[] }[] = [];
  for (const event of events) {
    const [, head = "", name = ""] = /^((?:create|update|restore|remove) [A-Z]\S*) (\S+)$/.exec(event) ?? [];
    const known = lists.at(-1);
    if (head !== "" && known?.head === head) known.names.push(name);
    else lists.push(head === "" ? { head: event, names: [] } : { head, names: [name] });
  }
  return lists.map(({ head, names }) => (names.length === 0 ? head : `${head} ${enumerated(names)}`));
}

const enumerated = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
