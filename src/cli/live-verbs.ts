import { place } from "../install/place.ts";
import type { Command as Verb } from "../rollout/commands.ts";
import { type Command, Option, output, quiet } from "./command.ts";
import { helpAfter } from "./help.ts";
import type { ExitCode } from "./usage.ts";

/** What a verb does with its exit code. */
export type End = (code: ExitCode) => void;

/** The verbs that speak to a cluster; each loads what it needs when it runs. */
export const liveVerbs = (end: End): readonly ((program: Command) => Command)[] => [
  (program) =>
    live(program, "get", "an Application down to its pods, what it waits for and what comes next")
      .argument("<app>", "name of the Application")
      .option("-w, --watch", "draw it again when something changes; one line a change where output is no terminal")
      .addOption(output("text", "json"))
      .action(async (app, options) => end(await (await import("./get.ts")).get(app, options))),
  (program) =>
    live(program, "list", "every Application, and how far the rollouts of its components are")
      .option("-A, --all-namespaces", "in all namespaces")
      .addOption(output("text", "json"))
      .action(async (options) => end(await (await import("./list.ts")).list(options))),
  workflowVerb(end, "resume", "go on with a suspended workflow"),
  workflowVerb(end, "suspend", "stop a workflow: no further batch begins and no weight moves"),
  workflowVerb(end, "terminate", "end a workflow; pods and weights stay as they are"),
  workflowVerb(end, "restart", "run the steps of a workflow anew, from the actual state on"),
  (program) =>
    live(program, "rollback", "take components back to their stable revision, or to another one")
      .argument("<app>", "name of the Application")
      .option("--component <name>", "this component only")
      .option("--to <revision>", "this revision, rather than the stable one")
      .option("--now", "move all traffic as soon as one pod is ready: rather overload than errors")
      .option("--export", "print the manifest instead of writing it")
      .action(async (app, options) => end(await (await import("./rollback.ts")).rollback(app, options))),
  (program) =>
    live(
      program,
      "doctor",
      "what a cluster lacks for Rollguard to work in it",
      `where it runs, if not ${place.namespace}`,
    )
      .addOption(output("text", "json"))
      .action(async (options) => end(await (await import("./doctor.ts")).doctor(options))),
];

const itsNamespace = "its namespace; otherwise that of the context";

function live(program: Command, name: keyof typeof helpAfter, says: string, namespace = itsNamespace): Command {
  return quiet(program.command(name))
    .description(says)
    .addOption(new Option("-n, --namespace <name>", namespace))
    .option("--kubeconfig <file>", "the cluster; otherwise the one that kubectl would take")
    .option("--context <name>", "another context of the kubeconfig than the current one")
    .addHelpText("after", helpAfter[name]);
}

const workflowVerb =
  (end: End, name: Verb, says: string) =>
  (program: Command): Command => {
    const verb = live(program, name, says).argument("<app>", "name of the Application");
    if (name === "resume" || name === "suspend") verb.option("--step <name>", "this step only");
    return verb.action(async (app, options) =>
      end(await (await import("./workflow.ts")).commandWorkflow(name, app, options)),
    );
  };
