// Chooses the time range of the page; it stands in the address.
import { useState } from 'react';
import { Dialog } from './Dialog.tsx';
import { rangeNames, useTimeRange } from '../app/scope.ts';
import { setQuery } from '../app/location.ts';
import { shared } from '../i18n/shared-strings.ts';
import { useFormats } from '../lib/numbers.ts';

/** See the top of the file. */
export function RangePicker() {
  const strings = shared.use();
  const formats = useFormats();
  const range = useTimeRange();
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <select
        className="select" aria-label={strings.range.label} value={range.name ?? 'custom'}
        onChange={(event) => (event.target.value === 'custom' ? setChoosing(true) : setQuery({ range: event.target.value, from: null, to: null }))}
      >
        {rangeNames.map((name) => (
          <option key={name} value={name}>
            {strings.range[name]}
          </option>
        ))}
        <option value="custom">{range.name === null ? `${formats.minute(range.from)} – ${formats.minute(range.to)}` : strings.range.custom}</option>
      </select>
      {choosing && <CustomRange onClose={() => setChoosing(false)} />}
    </>
  );
}

function CustomRange({ onClose }: { onClose: () => void }) {
  const strings = shared.use();
  const { from, to } = useTimeRange();
  const [begin, setBegin] = useState(localText(from));
  const [end, setEnd] = useState(localText(to));
  const valid = new Date(begin) < new Date(end);
  return (
    <Dialog title={strings.range.label} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (valid) setQuery({ range: null, from: new Date(begin).toISOString(), to: new Date(end).toISOString() });
          onClose();
        }}
      >
        <label className="form-row">
          <span>{strings.range.from}</span>
          <input className="field" type="datetime-local" required value={begin} max={end} onChange={(event) => setBegin(event.target.value)} />
        </label>
        <label className="form-row">
          <span>{strings.range.to}</span>
          <input className="field" type="datetime-local" required value={end} min={begin} onChange={(event) => setEnd(event.target.value)} />
        </label>
        <footer>
          <button type="submit" className="button primary" disabled={!valid}>
            {strings.range.apply}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

// What `datetime-local` takes: the reader's own zone, without naming it.
function localText(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
