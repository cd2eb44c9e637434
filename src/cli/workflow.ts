import { change, replaceStatus } from "../cluster/writes.ts";
import { readApplication as parse } from "../model/application.ts";
import { at, equal } from "../model/json.ts";
import { readWorkflowStatus } from "../model/status.ts";
import type { KubeObject } from "../model/world.ts";
import { type Command, command } from "../rollout/commands.ts";
import { headOf } from "../rollout/head.ts";
import { following, nextActs } from "../rollout/next.ts";
import { commandLine, decided, type LiveOptions, onCluster, type Place, readApplication } from "./live.ts";
import { hint, print, printable } from "./print.ts";
import { type ExitCode, exitCodes, Refusal } from "./usage.ts";

export interface CommandOptions extends LiveOptions {
  readonly step?: string;
}

/** Writes a command into the status of an Application, as the vela CLI does: the controller acts on nothing else. */
export async function commandWorkflow(verb: Command, name: string, options: CommandOptions): Promise<ExitCode> {
  return onCluster(options, async (place) => {
    const told = await decided(async () => {
      const app = await readApplication(place, name);
      const commanded = command(verb, app, options.step);
      if ("refusal" in commanded) throw refusalOf(commanded.refusal, app, place);
      if (equal(commanded.object, app)) return `${name} is ${states[verb]} already`;
      await write(verb, app, commanded.object, place);
      return `${name} is ${states[verb]}: ${consequence(verb, app)}`;
    });
    print(printable(told));
    hint(`see ${commandLine("get", `${name} -w`, place)}`);
    return exitCodes.ok;
  });
}

const states: Readonly<Record<Command, string>> = {
  resume: "resumed",
  suspend: "suspended",
  terminate: "terminated",
  restart: "restarted",
};

/** A restart drops a member, which the vela CLI does by replacing the status; the others change members. */
async function write(verb: Command, seen: KubeObject, commanded: KubeObject, { api }: Place): Promise<void> {
  if (verb === "restart") await replaceStatus(api, commanded);
  else
    await change(api, seen, { status: { workflow: at(commanded, "status", "workflow") } }, { subResource: "status" });
}

function consequence(verb: Command, app: KubeObject): string {
  const application = parse(app);
  const status = readWorkflowStatus(app);
  if (verb === "suspend") return "no further batch begins and no weight moves";
  if (verb === "terminate") return "pods and weights stay as they are";
  if (verb === "restart" || !status) return "the steps run anew, from the actual state on";
  const resumed = nextActs(application, status, {}).find((act) => act.command === "resume");
  return `next is ${resumed?.text ?? following(application, status)}`;
}

/** The words of the vela CLI, and how it is. */
function refusalOf(refusal: string, app: KubeObject, place: Place): Refusal {
  const { name, phase, step } = headOf(app, 0);
  const status = readWorkflowStatus(app);
  const words = refusal.replace(/\.$/, "");
  if (status === undefined) return new Refusal(words);
  if (status.status === "succeeded") return new Refusal(`${words}: its workflow has ended`);
  if (status.terminated) return new Refusal(`${words}: ${commandLine("restart", name, place)} runs its steps anew`);
  return new Refusal(`${words}: it is ${phase}${step === "" ? "" : ` at ${step}`}`);
}
