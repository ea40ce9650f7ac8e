// One figure with its name, and what became of it since the period before.
import type { ReactNode } from 'react';
import { Link } from './Link.tsx';

interface StatProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  /** Where the figure comes from. */
  href?: string;
}

/** See the top of the file. */
export function Stat({ label, value, note, href }: StatProps) {
  const inside = (
    <>
      <span className="stat-label">{label}</span>
      <span className="stat-value">{value}</span>
      <span className="stat-note">{note ?? '\u00a0'}</span>
    </>
  );
  return href ? <Link href={href} className="stat">{inside}</Link> : <div className="stat">{inside}</div>;
}
