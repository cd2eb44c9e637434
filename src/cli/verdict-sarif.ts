import { rules } from "../rules/index.ts";
import type { Violation } from "../rules/rule.ts";
import type { Verdict } from "./verdict.ts";

/** Verdicts in SARIF 2.1.0 (docs.oasis-open.org/sarif), for code hosts and editors. */
export const verdictsSarif = (verdicts: readonly Verdict[]): object => ({
  $schema: "https://json.schemastore.org/sarif-2.1.0.json",
  version: "2.1.0",
  runs: [
    {
      tool: { driver: { name: "rollguard", rules: rules.map(descriptor) } },
      columnKind: "utf16CodeUnits",
      results: verdicts.flatMap(results),
    },
  ],
});

const levelOf = (action: string): "error" | "warning" => (action === "Deny" ? "error" : "warning");

const descriptor = ({ id, invariant, because, action }: (typeof rules)[number]): object => ({
  id,
  shortDescription: { text: invariant },
  fullDescription: { text: because },
  defaultConfiguration: { level: levelOf(action) },
});

const results = ({ document, review }: Verdict): object[] => {
  const result = (level: "error" | "warning") => (finding: Violation) => {
    const { line, column } = document.locate(finding.field);
    return {
      ruleId: finding.rule,
      ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
      level,
      message: { text: `${finding.field}: ${finding.message}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(document.file) },
            region: { startLine: line, startColumn: column },
          },
        },
      ],
    };
  };
  return [...review.violations.map(result("error")), ...review.warnings.map(result("warning"))];
};

const uriOf = (file: string): string => file.split("/").map(encodeURIComponent).join("/");
