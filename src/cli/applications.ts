import { type FileDocument, loadDocuments } from "../cluster/files.ts";
import { own } from "../model/json.ts";
import { UsageError } from "./usage.ts";

/** What files hold: Applications, which verbs act on, and everything else. */
export interface ReadFiles {
  readonly applications: readonly FileDocument[];
  readonly others: readonly FileDocument[];
}

/** Reads files that must hold an Application. Other versions and groups have an Application too, which is not ours. */
export function readApplications(files: readonly string[]): ReadFiles {
  const documents = loadDocuments(files);
  const applications = documents.filter(isApplication);
  if (applications.length === 0) throw new UsageError(`no core.oam.dev/v1beta1 Application in ${files.join(", ")}`);
  return { applications, others: documents.filter((document) => !isApplication(document)) };
}

const isApplication = ({ object }: FileDocument): boolean =>
  own(object, "kind") === "Application" && own(object, "apiVersion") === "core.oam.dev/v1beta1";
