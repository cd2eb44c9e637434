import type { Review } from "../admission/review.ts";
import type { FileDocument } from "../cluster/files.ts";
import { nameOf, namespaceOf } from "../model/world.ts";

/** A document that was judged, and the verdict on it. */
export interface Verdict {
  readonly document: FileDocument;
  readonly review: Review;
}

/** A verdict as `-o json` prints it. */
export const verdictJson = ({ document, review }: Verdict): object => ({
  file: document.file,
  line: document.line,
  kind: "Application",
  namespace: namespaceOf(document.object),
  name: nameOf(document.object),
  operation: review.operation,
  allowed: review.allowed,
  violations: review.violations.map(({ rule, field, message }) => ({ rule, field, message })),
  warnings: review.lines,
  patch: review.patch,
  notChecked: review.notChecked,
});
