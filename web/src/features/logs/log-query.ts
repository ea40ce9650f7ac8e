// The filters of the logs. They stand in the address under LiteLLM's own names, so that a view is a link.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { gateway, withoutDatabase } from '../../api/gateway.ts';
import { logTime, useTeamScope, useTimeRange } from '../../app/scope.ts';
import { useDatabase } from '../../app/session.ts';
import { shortId } from '../../lib/short-id.ts';
import { useQueryText } from '../../app/location.ts';
import type { LogPage, LogQuery, SpendLog } from '../../../../client/index.ts';

/** Filters that are texts. */
export const filterNames = ['request_id', 'api_key', 'key_alias', 'user_id', 'end_user', 'model_id', 'model_group', 'model', 'provider', 'tag', 'session_id', 'limit', 'error_code'] as const;
/** One of them. */
export type FilterName = (typeof filterNames)[number];

const pageSize = 50;
const liveMs = 3_000;

/** The filters that are set. */
export function useLogFilters(): Partial<Record<FilterName, string>> {
  const search = new URLSearchParams(useQueryText());
  return Object.fromEntries(filterNames.map((name) => [name, search.get(name)]).filter(([, value]) => value)) as Partial<Record<FilterName, string>>;
}

/** What is shown of the logs. */
export interface Logs {
  rows: SpendLog[];
  total: number | undefined;
  error: unknown;
  loading: boolean;
  stale: boolean;
  more: { load: () => void; loading: boolean } | undefined;
  retry: () => void;
  sorting: { by: string; order: 'asc' | 'desc' };
}

/** The logs by the filters of the address. `live` asks again and again. */
export function useLogs(live: boolean): Logs {
  const database = useDatabase();
  const search = new URLSearchParams(useQueryText());
  const filters = useLogFilters();
  const range = useTimeRange();
  const team = useTeamScope();
  const status = search.get('status');
  const sorting = { by: search.get('sort') ?? 'startTime', order: search.get('order') === 'asc' ? 'asc' as const : 'desc' as const };
  // A request that is looked for by its id may be older than the range.
  const from = filters.request_id ? new Date(0) : range.from;
  const asked: LogQuery = {
    start_date: logTime(from), end_date: logTime(live ? new Date(Date.now() + 60_000) : range.to), page_size: pageSize, sort_by: sorting.by, sort_order: sorting.order, ...filters,
    ...(team !== null && { team_id: team }), ...((status === 'success' || status === 'failure') && { status_filter: status }),
  };
  const query = useInfiniteQuery({
    queryKey: ['logs', { ...asked, ...(live && { end_date: 'now' }) }], enabled: database,
    queryFn: ({ pageParam, signal }) => gateway.spend.logs({ ...asked, ...pageParam }, signal),
    initialPageParam: { page: 1 } as { page: number; cursor?: string },
    getNextPageParam: nextPage, placeholderData: keepPreviousData, refetchInterval: live ? liveMs : false,
  });
  return {
    rows: query.data?.pages.flatMap(({ data }) => data) ?? [], total: query.data?.pages[0]?.total, sorting,
    error: database ? (query.data ? null : query.error) : withoutDatabase, loading: database && query.isPending, stale: query.isPlaceholderData,
    more: query.hasNextPage ? { load: () => void query.fetchNextPage(), loading: query.isFetchingNextPage } : undefined, retry: () => void query.refetch(),
  };
}

// By a cursor where the gateway gives one, which stays fast however far one goes; else by the number of the page.
function nextPage(last: LogPage): { page: number; cursor?: string } | undefined {
  if (last.next_cursor) return { page: last.page + 1, cursor: last.next_cursor };
  return last.page < last.total_pages ? { page: last.page + 1 } : undefined;
}

/** Whether a request failed. */
export function hasFailed(log: SpendLog): boolean {
  return log.status === 'failure' || log.metadata?.['status'] === 'failure';
}

/** How long a request took, in milliseconds; null while that is not known. */
export function durationOf(log: SpendLog): number | null {
  if (typeof log.request_duration_ms === 'number') return log.request_duration_ms;
  const [start, end] = [Date.parse(log.startTime), Date.parse(log.endTime ?? '')];
  return Number.isNaN(start) || Number.isNaN(end) ? null : end - start;
}

/** The time to the first token, in milliseconds; null for answers that were no stream. */
export function firstTokenOf(log: SpendLog): number | null {
  const [start, first, end] = [Date.parse(log.startTime), Date.parse(log.completionStartTime ?? ''), Date.parse(log.endTime ?? '')];
  return Number.isNaN(first) || first === end ? null : first - start;
}

/** The name of the key of a request. */
export function keyNameOf(log: SpendLog, masterName: string): string {
  if (log.api_key === 'litellm_proxy_master_key') return masterName;
  const alias = log.metadata?.['user_api_key_alias'];
  return typeof alias === 'string' && alias !== '' ? alias : shortId(log.api_key);
}

/** The name by which a model was asked for. */
export function modelNameOf(log: SpendLog): string {
  const asked = log.metadata?.['original_model_group'];
  return log.model_group || (typeof asked === 'string' && asked) || log.model;
}
