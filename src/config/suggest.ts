// "Did you mean …": the known name that is nearest to a mistyped one.

/** The nearest of `names`, or undefined when none is near enough: at most two slips, and at most a third of the letters. */
export function suggest(name: string, names: Iterable<string>): string | undefined {
  const limit = Math.min(2, Math.floor(name.length / 3));
  if (limit === 0 || name.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of names) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const found = distance(normal(name), normal(candidate));
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** Appends the suggestion, when there is one. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const near = suggest(name, names);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** Edit distance with swaps of neighbours. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, at(before, column - 2) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
