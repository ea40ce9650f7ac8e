// A list that the server searches, sorts and continues behind its last row; search and sorting stand in the address.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { setQuery, useQueryMember } from '../app/location.ts';
import type { CursorPage, CursorQuery } from '../../../client/index.ts';
import type { Paged } from './use-paged.ts';
import type { Sorting } from './DataTable.tsx';

/** `key` names the list; whatever else it depends on goes in there too. */
export function useCursorList<Item>(key: readonly unknown[], load: (query: CursorQuery, signal: AbortSignal) => Promise<CursorPage<Item>>, initial: Sorting, enabled = true): Paged<Item> {
  const by = useQueryMember('sort') ?? initial.by;
  const order = (useQueryMember('order') ?? initial.order) === 'asc' ? 'asc' : 'desc';
  const search = useQueryMember('q') ?? '';
  const query = useInfiniteQuery({
    enabled, queryKey: [...key, by, order, search],
    queryFn: ({ pageParam, signal }) => load({ sortBy: by, sortOrder: order, cursor: pageParam, ...(search && { search }) }, signal),
    initialPageParam: null as string | null, getNextPageParam: (last) => last.next_cursor, placeholderData: keepPreviousData,
  });
  return {
    rows: query.data?.pages.flatMap(({ data }) => data) ?? [], total: query.data?.pages[0]?.total, error: query.data ? null : query.error, loading: enabled && query.isPending, stale: query.isPlaceholderData,
    more: query.hasNextPage ? { load: () => void query.fetchNextPage(), loading: query.isFetchingNextPage } : undefined,
    sorting: { by, order }, search, onSort: (next) => setQuery({ sort: next.by, order: next.order }, { replace: true }), retry: () => void query.refetch(),
  };
}
