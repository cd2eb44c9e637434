import { type FileDocument, loadDocuments } from "../cluster/files.ts";
import { names } from "../model/names.ts";
import { kindOf } from "../model/world.ts";
import { UsageError } from "./usage.ts";

/** What files hold: Applications, which verbs act on, and everything else. */
export interface ReadFiles {
  readonly applications: readonly FileDocument[];
  readonly others: readonly FileDocument[];
}

/** Reads files that must hold an Application. Other API groups have an Application too, which is not ours. */
export function readApplications(files: readonly string[]): ReadFiles {
  const documents = loadDocuments(files);
  const applications = documents.filter(isApplication);
  if (applications.length === 0)
    throw new UsageError(`no ${names.applicationVersion} Application in ${files.join(", ")}`);
  return { applications, others: documents.filter((document) => !isApplication(document)) };
}

const isApplication = ({ object }: FileDocument): boolean => kindOf(object) === "Application";
