// What was used, thing by thing. Each leads to its requests.
import { addressOf } from '../../app/location.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { useFormats } from '../../lib/numbers.ts';
import { shortId } from '../../lib/short-id.ts';
import { usageStrings } from './usage-strings.ts';
import type { Dimension, Measure } from './dimensions.ts';
import type { UsedThing } from './activity.ts';

/** `past` are the same things in the period before, where that is known. */
export function UsageTable({ things, past, dimension, measure }: { things: UsedThing[]; past: UsedThing[] | null; dimension: Dimension; measure: Measure }) {
  const strings = usageStrings.use();
  const formats = useFormats();
  const before = new Map((past ?? []).map((thing) => [thing.id, thing.metrics]));
  const all = things.reduce((sum, { metrics }) => sum + metrics.spend, 0);
  const nameOf = ({ id, name }: UsedThing): string => (id === 'litellm_proxy_master_key' ? strings.masterKey : name === id ? shortId(id) || '–' : name);
  const columns: Column<UsedThing>[] = [
    { id: 'name', header: strings.dimensions[dimension.id], cell: nameOf },
    { id: 'spend', header: strings.spend, align: 'end', cell: ({ metrics }) => formats.usd(metrics.spend) },
    { id: 'share', header: strings.share, align: 'end', minor: true, cell: ({ metrics }) => (all > 0 ? formats.percent(metrics.spend / all) : '–') },
    ...(past === null ? [] : [{ id: 'change', header: '±', align: 'end' as const, minor: true, cell: ({ id, metrics }: UsedThing) => changeOf(before.get(id)?.spend, metrics.spend, formats.change) }]),
    { id: 'requests', header: strings.requests, align: 'end', cell: ({ metrics }) => formats.count(metrics.api_requests) },
    { id: 'failed', header: strings.failed, align: 'end', minor: true, cell: ({ metrics }) => formats.count(metrics.failed_requests) },
    { id: 'input', header: strings.input, align: 'end', minor: true, cell: ({ metrics }) => formats.compact(metrics.prompt_tokens) },
    { id: 'output', header: strings.output, align: 'end', minor: true, cell: ({ metrics }) => formats.compact(metrics.completion_tokens) },
    { id: 'average', header: strings.average, align: 'end', minor: true, cell: ({ metrics }) => (metrics.api_requests > 0 ? formats.usd(metrics.spend / metrics.api_requests) : '–') },
  ];
  const { logs } = dimension;
  const value = (metrics: UsedThing['metrics']): number => (measure === 'spend' ? metrics.spend : measure === 'tokens' ? metrics.total_tokens : metrics.api_requests);
  const sorted = things.toSorted((a, b) => value(b.metrics) - value(a.metrics));
  return <DataTable label={strings.table} rows={sorted} columns={columns} rowKey={({ id }) => id} {...(logs !== null && { href: ({ id }: UsedThing) => addressOf('/logs', { [logs]: id }) })} />;
}

function changeOf(past: number | undefined, present: number, format: (share: number) => string): string {
  return past === undefined || past === 0 ? '–' : format(present / past - 1);
}
