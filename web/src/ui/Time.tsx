// A moment: how long ago, and the exact time in the reader's zone as a tip.
import { timeOf, useFormats } from '../lib/numbers.ts';

/**
 * `exact` shows the moment itself, with the relative time as the tip; `clock` shows it briefly, with how long ago it was below: for lists whose
 * rows are told apart by it.
 */
export function Time({ at, exact = false, clock = false, none = '–' }: { at: string | null | undefined; exact?: boolean; clock?: boolean; none?: string }) {
  const formats = useFormats();
  const date = timeOf(at);
  if (!date) return <span className="quiet">{none}</span>;
  const [shown, tip] = exact ? [formats.exact(date), formats.relative(date)] : [formats.relative(date), formats.exact(date)];
  if (clock) return <time dateTime={date.toISOString()} title={formats.exact(date)}>{formats.clock(date)}<span className="sub">{formats.relative(date)}</span></time>;
  return (
    <time dateTime={date.toISOString()} title={tip}>
      {shown}
    </time>
  );
}
