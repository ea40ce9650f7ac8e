// Every setting: its value, and where that comes from.
import { useState } from 'react';
import { Badge, type Tone } from '../../ui/Badge.tsx';
import { configurationStrings } from './configuration-strings.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { useQueryMember } from '../../app/location.ts';
import type { ConfigurationField } from '../../../../client/index.ts';

const tones: Record<ConfigurationField['origin'], Tone> = { 'file': 'good', 'environment': 'good', 'unset-variable': 'bad', 'default': 'quiet', 'nothing': 'quiet' };

/** See the top of the file. */
export function SettingList({ fields }: { fields: readonly ConfigurationField[] }) {
  const strings = configurationStrings.use();
  const [onlySet, setOnlySet] = useState(false);
  const wanted = (useQueryMember('q') ?? '').toLowerCase();
  const rows = fields.filter(({ path, description, origin }) => (!onlySet || (origin !== 'default' && origin !== 'nothing')) && (path.toLowerCase().includes(wanted) || description.toLowerCase().includes(wanted)));
  const columns: Column<ConfigurationField>[] = [
    { id: 'setting', header: strings.setting, cell: (field) => <><span className="mono">{field.path}</span><span className="sub" lang="en">{field.description}</span></> },
    { id: 'value', header: strings.value, cell: ({ value }) => <span className="mono">{value ?? '–'}</span> },
    { id: 'origin', header: strings.origin, cell: ({ origin, place, variable, status }) => <><Badge tone={tones[origin]}>{strings.origins[origin]}{status === 'supported' ? '' : ` · ${strings.notEffective}`}</Badge><span className="sub mono">{variable ?? place?.split('/').at(-1) ?? ''}</span></> },
  ];
  return (
    <div className="stack tight">
      <div className="bar">
        <SearchBox placeholder={strings.search} />
        <label className="check"><input type="checkbox" checked={onlySet} onChange={(event) => setOnlySet(event.target.checked)} />{strings.onlySet}</label>
      </div>
      {rows.length === 0 ? <div className="empty"><p>{strings.nothing}</p></div> : <DataTable label={strings.settings} rows={rows} columns={columns} rowKey={({ path }) => path} />}
    </div>
  );
}
