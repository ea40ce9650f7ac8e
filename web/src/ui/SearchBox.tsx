// The search of a table. What is typed goes into the address after a moment.
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { setQuery, useQueryMember } from '../app/location.ts';
import { shared } from '../i18n/shared-strings.ts';
import { tableSearchId } from '../app/shell/use-global-keys.ts';

const pauseMs = 250;

/** See the top of the file. */
export function SearchBox({ placeholder, member = 'q' }: { placeholder: string; member?: string }) {
  const strings = shared.use();
  const present = useQueryMember(member) ?? '';
  const [text, setText] = useState(present);
  useEffect(() => setText(present), [present]);
  useEffect(() => {
    if (text === present) return undefined;
    const timer = setTimeout(() => setQuery({ [member]: text }, { replace: true }), pauseMs);
    return () => clearTimeout(timer);
  }, [text, present, member]);
  return (
    <label className="search-box">
      <Search aria-hidden size={15} />
      <span className="visually-hidden">{strings.table.search}</span>
      <input id={tableSearchId} type="search" value={text} placeholder={placeholder} onChange={(event) => setText(event.target.value)} />
    </label>
  );
}
