/** Wrong usage or unreadable input: one line, exit code 2. */
export class UsageError extends Error {}

export const exitCodes = { ok: 0, refused: 1, usage: 2 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
