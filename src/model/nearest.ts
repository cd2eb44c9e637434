/** The known word at an edit distance of at most a third of its length, which is at least the difference in length. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  return known
    .filter((candidate) => Math.abs(candidate.length - word.length) <= tolerance(candidate))
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= tolerance(candidate))
    .sort((a, b) => a.far - b.far)[0]?.candidate;
}

const tolerance = (known: string): number => Math.max(1, Math.floor(known.length / 3));

/** Edit distance in which a swap of neighbours counts once (Damerau, restricted). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, i, j, rows, row));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function cell(a: string, b: string, i: number, j: number, rows: readonly number[][], row: readonly number[]): number {
  const above = rows[i - 1] ?? [];
  const same = a[i - 1] === b[j - 1];
  const best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1) : best;
}

/** How many unknown words are compared with the known ones: more are no typing errors but take long. */
export const mostCompared = 20;
