// Earlier versions, and the way back to one.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { configurationDraft } from './draft.ts';
import { configurationStrings } from './configuration-strings.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DiffView } from './DiffView.tsx';
import { gateway } from '../../api/gateway.ts';
import { Problem } from '../../ui/Problem.tsx';
import { setQuery } from '../../app/location.ts';
import { Time } from '../../ui/Time.tsx';
import type { Configuration } from '../../../../client/index.ts';

/** See the top of the file. */
export function HistoryList({ configuration }: { configuration: Configuration }) {
  const strings = configurationStrings.use();
  const [open, setOpen] = useState<string | null>(null);
  const earlier = useQuery({ queryKey: ['configuration', open], queryFn: ({ signal }) => gateway.configuration.earlier(open ?? '', signal), enabled: open !== null, staleTime: Infinity });
  if (configuration.history.length === 0) return <p className="hint">{strings.noHistory}</p>;
  // The earlier text goes into the editor, where it is checked and applied like any other change.
  const restore = (text: string): void => {
    configurationDraft.update(() => ({ text, etag: configuration.etag }));
    setOpen(null);
    setQuery({ view: 'file' }, { replace: true });
  };
  return (
    <>
      <ul className="bars card">
        {configuration.history.map(({ id, time }) => (
          <li key={id}><div><span className="name">{strings.when} <Time at={time} exact /></span><button type="button" className="button small" onClick={() => setOpen(id)}>{strings.compare}</button></div></li>
        ))}
      </ul>
      {open !== null && (
        <Dialog title={strings.compare} onClose={() => setOpen(null)}>
          {earlier.error && <Problem error={earlier.error} />}
          {earlier.data !== undefined && <DiffView before={configuration.text} after={earlier.data} />}
          <footer><button type="button" className="button primary" disabled={earlier.data === undefined || !configuration.writable} onClick={() => restore(earlier.data ?? '')}>{strings.restore}</button></footer>
        </Dialog>
      )}
    </>
  );
}
