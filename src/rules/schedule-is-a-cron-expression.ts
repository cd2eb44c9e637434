import { containers } from "../model/containers.ts";
import { scheduleFault } from "../model/cron.ts";
import { asText, own } from "../model/json.ts";
import { quote } from "../model/shape.ts";
import { rule } from "./rule.ts";

export default rule({
  id: "schedule-is-a-cron-expression",
  codes: [],
  action: "Deny",
  about: "spec",
  invariant: "The schedule of a cron-task is one that Kubernetes can read.",
  because: "The API server would refuse the CronJob.",
  reads: [],
  *check({ app }) {
    for (const { component, isSidecar, path, properties } of containers(app)) {
      const schedule = asText(own(properties, "schedule"));
      const fault =
        component.type !== "cron-task" || isSidecar || schedule === undefined ? undefined : scheduleFault(schedule);
      if (fault) yield { field: `${path}.schedule`, message: `${quote(schedule ?? "")} ${fault}` };
    }
  },
});
