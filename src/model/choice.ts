/** What is wrong where exactly one of some members must be set: `has both exec and httpGet, exactly one of ... is required`. */
export function choiceMistake(value: object, choices: readonly string[]): string | undefined {
  const chosen = choices.filter((choice) => Object.hasOwn(value, choice));
  if (chosen.length === 1) return undefined;
  const has = chosen.length === 0 ? "has none" : `has ${chosen.join(" and ")}`;
  return `${has}, exactly one of ${choices.slice(0, -1).join(", ")} and ${choices.at(-1)} is required`;
}
