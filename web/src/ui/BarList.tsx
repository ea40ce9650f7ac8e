// A list whose bars show how much; each item leads to what it is made of.
import { Link } from './Link.tsx';
import { shared } from '../i18n/shared-strings.ts';

/** One item. */
export interface BarItem {
  id: string;
  name: string;
  value: number;
  text: string;
  href?: string;
}

/** See the top of the file. */
export function BarList({ items }: { items: readonly BarItem[] }) {
  const { chart } = shared.use();
  const most = Math.max(0, ...items.map(({ value }) => value));
  if (items.length === 0) return <p className="hint">{chart.empty}</p>;
  return (
    <ul className="bars">
      {items.map(({ id, name, value, text, href }) => {
        const inside = (
          <>
            <span className="fill" style={{ width: `${most > 0 ? (value / most) * 100 : 0}%` }} />
            <span className="name" title={id}>{name}</span>
            <span className="number">{text}</span>
          </>
        );
        return <li key={id}>{href ? <Link href={href}>{inside}</Link> : <div>{inside}</div>}</li>;
      })}
    </ul>
  );
}
