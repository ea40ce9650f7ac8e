// Model groups: their deployments in order, and what follows when all of them fail.
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { deploymentFigures, useMetrics } from '../../api/use-metrics.ts';
import { gateway } from '../../api/gateway.ts';
import { GroupForm } from './GroupForm.tsx';
import { healthTones, stateOf, type DeploymentRow } from '../models/deployments.ts';
import { Problem } from '../../ui/Problem.tsx';
import { routingStrings } from './routing-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';

/** See the top of the file. */
export function GroupList() {
  const strings = routingStrings.use();
  const samples = useMetrics();
  const edited = useQueryMember('edit');
  const list = useQuery({ queryKey: ['deployments'], queryFn: ({ signal }) => gateway.models.deployments(signal) });
  const names = useQuery({ queryKey: ['fallbacks'], queryFn: ({ signal }) => gateway.models.fallbacks(signal), retry: false });
  const figures = new Map((samples ? deploymentFigures(samples) : []).map((each) => [each.id, each]));
  const groups = new Map<string, DeploymentRow[]>();
  for (const deployment of list.data ?? []) {
    const rows = groups.get(deployment.model_name) ?? [];
    rows.push({ ...deployment, figures: figures.get(deployment.model_info.id) });
    groups.set(deployment.model_name, rows);
  }
  const columns: Column<DeploymentRow>[] = [
    { id: 'model', header: strings.candidate, cell: (row) => row.litellm_params.model },
    { id: 'state', header: strings.state, cell: ({ figures: each }) => <Badge tone={healthTones[stateOf(each)]}>{strings.states[stateOf(each)]}</Badge> },
    { id: 'order', header: strings.order, align: 'end', cell: ({ litellm_params: params }) => String(params['order'] ?? '–') },
    { id: 'weight', header: strings.weight, align: 'end', cell: ({ litellm_params: params }) => String(params['weight'] ?? '–') },
    { id: 'limits', header: strings.limits, minor: true, cell: ({ litellm_params: params }) => ['rpm', 'tpm', 'max_parallel_requests'].filter((name) => params[name] !== undefined && params[name] !== null).map((name) => `${name} ${String(params[name])}`).join(', ') || '–' },
  ];
  return (
    <section className="stack">
      <div className="section-head"><h2>{strings.groups}</h2></div>
      {list.isPending && <TableSkeleton rows={3} />}
      {list.error && !list.data && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.length === 0 && <p className="hint">{strings.noModels}</p>}
      {[...groups].map(([name, rows]) => (
        <section key={name} className="stack tight">
          <div className="section-head with-action">
            <h3>{name} <span className="hint quiet">{strings.fallbackList}: {names.data?.[name]?.join(' → ') || strings.noFallbacks}</span></h3>
            <button type="button" className="button small" aria-label={`${strings.edit}: ${name}`} onClick={() => setQuery({ edit: name })}>{strings.edit}</button>
          </div>
          <DataTable label={name} rows={rows} columns={columns} rowKey={({ model_info: info }) => info.id} href={({ model_info: info }) => addressOf('/models', { id: info.id })} />
        </section>
      ))}
      {edited !== null && groups.has(edited) && <GroupForm group={edited} deployments={groups.get(edited) ?? []} onClose={() => setQuery({ edit: null }, { replace: true })} />}
    </section>
  );
}
