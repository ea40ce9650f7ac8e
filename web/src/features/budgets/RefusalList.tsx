// What limits refused in the time range, and what those in shadow mode would have refused. Each rule leads to its requests, and can be switched.
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { isSwitchable, switchShadow } from './shadow.ts';
import { limitStrings } from '../../i18n/limit-strings.ts';
import { ruleName } from '../../ui/rule-name.ts';
import { logTime, useTeamScope, useTimeRange } from '../../app/scope.ts';
import { Problem } from '../../ui/Problem.tsx';
import { ReviewChange, type SettingChange } from '../configuration/edit/ReviewChange.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import type { LimitRefusals, RefusalsAnswer, ScopeKind } from '../../../../client/index.ts';

const kinds: readonly ScopeKind[] = ['key', 'team', 'team_member', 'user', 'organization', 'end_user', 'tag', 'provider', 'model', 'deployment', 'global'];

/** See the top of the file. */
export function RefusalList() {
  const strings = budgetsStrings.use();
  const range = useTimeRange();
  const team = useTeamScope();
  const query = useQuery({
    queryKey: ['refusals', range.name ?? [range.from, range.to], team],
    queryFn: ({ signal }) => gateway.spend.refusals({ start_date: logTime(range.from), end_date: logTime(range.to), ...(team !== null && { team_id: team }) }, signal),
  });
  const [review, setReview] = useState<{ changes: readonly SettingChange[]; done: string } | null>(null);
  const { data } = query;
  return (
    <section className="stack tight">
      <div className="section-head">
        <h2>{strings.refusalsTitle}</h2>
        <p className="hint quiet">{strings.refusalsAbout}</p>
      </div>
      {query.isPending && <TableSkeleton rows={2} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {data?.refusals.length === 0 && <p className="hint">{strings.nothingRefused}</p>}
      {data && data.refusals.length > 0 && <RefusalTable answer={data} onKind={(kind, shadow) => setReview(kindChange(data, kind, shadow))} />}
      {data && <ShadowNow answer={data} onKind={(kind, shadow) => setReview(kindChange(data, kind, shadow))} />}
      {review && <ReviewChange title={strings.reviewTitle} {...review} onClose={() => setReview(null)} />}
    </section>
  );
}

/** The configuration's list with a kind more or less. `all` is written out when one kind leaves it. */
function kindChange({ shadow_kinds: present }: RefusalsAnswer, kind: ScopeKind, shadow: boolean): { changes: readonly SettingChange[]; done: string } {
  const strings = budgetsStrings.now();
  const name = limitStrings.now().kinds[kind];
  const all = present.includes('all') ? kinds : kinds.filter((each) => present.includes(each));
  const next = shadow ? [...all, kind] : all.filter((each) => each !== kind);
  return { changes: [{ path: ['general_settings', 'shadow_limits'], value: next.length > 0 ? next : undefined }], done: shadow ? strings.nowShadow(name) : strings.nowEnforced(name) };
}

type OnKind = (kind: ScopeKind, shadow: boolean) => void;

function RefusalTable({ answer, onKind }: { answer: RefusalsAnswer; onKind: OnKind }) {
  const strings = budgetsStrings.use();
  const limits = limitStrings.use();
  const { fields } = shared.use();
  const formats = useFormats();
  const columns: Column<LimitRefusals>[] = [
    { id: 'name', header: strings.limit, cell: ({ kind, name, rule, model }) => <>{limits.kinds[kind]} {name}<span className="sub">{ruleName(limits, rule, model)}</span></> },
    { id: 'mode', header: strings.effect, cell: ({ mode }) => <Badge tone={mode === 'shadow' ? 'warning' : 'bad'}>{limits.modes[mode]}</Badge> },
    { id: 'requests', header: strings.requests, align: 'end', cell: ({ requests }) => formats.count(requests) },
    { id: 'spend', header: fields.spend, align: 'end', minor: true, cell: ({ spend }) => formats.usd(spend) },
    { id: 'last', header: strings.last, minor: true, cell: ({ last_at: at }) => <Time at={at} /> },
    { id: 'switch', header: fields.actions, quiet: true, align: 'end', cell: (row) => <SwitchButton answer={answer} of={row} onKind={onKind} /> },
  ];
  return <DataTable label={strings.refusalsTitle} rows={answer.refusals} columns={columns} rowKey={({ filter }) => filter} href={({ filter }) => addressOf('/logs', { limit: filter })} />;
}

/** Switches one thing where that is possible, else all of its kind. */
function SwitchButton({ answer, of: { kind, id, name }, onKind }: { answer: RefusalsAnswer; of: Pick<LimitRefusals, 'kind' | 'id' | 'name'>; onKind: OnKind }) {
  const strings = budgetsStrings.use();
  const byKind = answer.shadow_kinds.includes(kind) || answer.shadow_kinds.includes('all');
  const own = answer.shadow.some((each) => each.kind === kind && each.id === id);
  const shadow = byKind || own;
  const label = shadow ? strings.enforce : strings.tryOut;
  const act = (): void => {
    if (!byKind && isSwitchable(kind)) switchShadow({ kind, id, name }, !shadow);
    else onKind(kind, !shadow);
  };
  return <button type="button" className="button small" aria-label={`${label}: ${name}`} onClick={act}>{label}</button>;
}

/** What is in shadow mode at the moment, and a way to put a kind of things into it. */
function ShadowNow({ answer, onKind }: { answer: RefusalsAnswer; onKind: OnKind }) {
  const strings = budgetsStrings.use();
  const limits = limitStrings.use();
  const inShadow = answer.shadow_kinds.includes('all') ? kinds : kinds.filter((kind) => answer.shadow_kinds.includes(kind));
  const others = kinds.filter((kind) => !inShadow.includes(kind));
  return (
    <section className="card">
      <header>
        <h2>{strings.shadowTitle}</h2>
        {others.length > 0 && (
          <select className="select" aria-label={strings.tryKind} value="" onChange={(event) => onKind(event.target.value as ScopeKind, true)}>
            <option value="" disabled>{strings.tryKind}</option>
            {others.map((kind) => <option key={kind} value={kind}>{strings.allOf(limits.kinds[kind])}</option>)}
          </select>
        )}
      </header>
      {inShadow.length + answer.shadow.length === 0 && <p className="hint">{strings.noShadow}</p>}
      {inShadow.length + answer.shadow.length > 0 && (
        <ul className="bars">
          {inShadow.map((kind) => (
            <li key={kind}><div><span className="name">{strings.allOf(limits.kinds[kind])}</span><button type="button" className="button small" aria-label={`${strings.enforce}: ${strings.allOf(limits.kinds[kind])}`} onClick={() => onKind(kind, false)}>{strings.enforce}</button></div></li>
          ))}
          {answer.shadow.map(({ kind, id, name }) => (
            <li key={`${kind} ${id}`}>
              <div>
                <span className="name">{limits.kinds[kind]} {name}</span>
                {isSwitchable(kind) && <button type="button" className="button small" aria-label={`${strings.enforce}: ${name}`} onClick={() => switchShadow({ kind, id, name }, false)}>{strings.enforce}</button>}
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
