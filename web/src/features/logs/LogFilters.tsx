// The filters of the logs: what is used most as controls, what came from elsewhere as chips that can be taken away, the rest behind a fold.
import { X } from 'lucide-react';
import { filterNames, useLogFilters, type FilterName } from './log-query.ts';
import { logsStrings } from './logs-strings.ts';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { setQuery, useQueryMember } from '../../app/location.ts';
import { LimitFilterName } from './LimitFilterName.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { useModelNames } from '../../ui/ModelChoice.tsx';

const typed: readonly FilterName[] = ['key_alias', 'user_id', 'end_user', 'model', 'provider', 'tag', 'session_id', 'error_code'];
const limitModes = ['any', 'enforced', 'shadow'] as const;

/** See the top of the file. */
export function LogFilters() {
  const strings = logsStrings.use();
  const { actions } = shared.use();
  const filters = useLogFilters();
  const status = useQueryMember('status') ?? '';
  const models = useModelNames();
  const chips = filterNames.filter((name) => filters[name] !== undefined && name !== 'model_group' && name !== 'request_id' && !(name === 'limit' && limitModes.some((mode) => mode === filters.limit)));
  return (
    <>
      <div className="bar">
        <SearchBox placeholder={strings.search} member="request_id" />
        <select className="select" aria-label={strings.status} value={status} onChange={(event) => setQuery({ status: event.target.value })}>
          <option value="">{strings.anyStatus}</option>
          <option value="success">{strings.success}</option>
          <option value="failure">{strings.failure}</option>
        </select>
        <select className="select" aria-label={strings.model} value={filters.model_group ?? ''} onChange={(event) => setQuery({ model_group: event.target.value })}>
          <option value="">{strings.anyModel}</option>
          {[...new Set([...models, ...(filters.model_group ? [filters.model_group] : [])])].map((name) => <option key={name}>{name}</option>)}
        </select>
        <select className="select" aria-label={strings.limits} value={limitModes.find((mode) => mode === filters.limit) ?? ''} onChange={(event) => setQuery({ limit: event.target.value })}>
          <option value="">{strings.limits}</option>
          {limitModes.map((mode) => <option key={mode} value={mode}>{strings.limitFilters[mode]}</option>)}
        </select>
        {chips.map((name) => (
          <span key={name} className="chip removable">
            {name === 'limit' ? <LimitFilterName value={filters.limit ?? ''} /> : <>{strings.filterNames[name]}: <span className="mono">{(filters[name] ?? '').slice(0, 20)}</span></>}
            <button type="button" aria-label={strings.removeFilter(strings.filterNames[name])} onClick={() => setQuery({ [name]: null })}><X aria-hidden size={13} /></button>
          </span>
        ))}
        {chips.length > 0 && <button type="button" className="text-button" onClick={() => setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))}>{actions.clear}</button>}
      </div>
      <details className="more">
        <summary>{strings.moreFilters}</summary>
        <form
          className="bar"
          onSubmit={(event) => {
            event.preventDefault();
            const form = new FormData(event.currentTarget);
            setQuery(Object.fromEntries(typed.map((name) => [name, String(form.get(name) ?? '').trim() || null])));
          }}
        >
          {typed.map((name) => <input key={`${name} ${filters[name] ?? ''}`} className="field narrow" name={name} aria-label={strings.filterNames[name]} placeholder={strings.filterNames[name]} defaultValue={filters[name] ?? ''} />)}
          <button type="submit" className="button">{strings.filters}</button>
        </form>
      </details>
    </>
  );
}
