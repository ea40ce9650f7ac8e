// A moment: how long ago, and the exact time in the reader's zone as a tip.
import { timeOf, useFormats } from '../lib/numbers.ts';

/** `exact` shows the moment itself, with the relative time as the tip. */
export function Time({ at, exact = false, none = '–' }: { at: string | null | undefined; exact?: boolean; none?: string }) {
  const formats = useFormats();
  const date = timeOf(at);
  if (!date) return <span className="quiet">{none}</span>;
  const [shown, tip] = exact ? [formats.exact(date), formats.relative(date)] : [formats.relative(date), formats.exact(date)];
  return (
    <time dateTime={date.toISOString()} title={tip}>
      {shown}
    </time>
  );
}
