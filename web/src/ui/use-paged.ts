// A list that the server pages: rows so far, how to get more, and how it is sorted; sorting and search stand in the address.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { setQuery, useQueryMember } from '../app/location.ts';
import { useDatabase } from '../app/session.ts';
import { withoutDatabase } from '../api/gateway.ts';
import type { ListQuery, Page } from '../../../client/index.ts';
import type { Sorting } from './DataTable.tsx';

/** What a table is made of. */
export interface Paged<Item> {
  rows: Item[];
  total: number | undefined;
  error: unknown;
  loading: boolean;
  /** What is shown belongs to the question before. */
  stale: boolean;
  more: { load: () => void; loading: boolean } | undefined;
  sorting: Sorting;
  onSort: (sorting: Sorting) => void;
  search: string;
  retry: () => void;
}

/** `key` names the list; whatever else it depends on goes in there too. */
export function usePaged<Item>(key: readonly unknown[], load: (query: ListQuery, signal: AbortSignal) => Promise<Page<Item>>, initial: Sorting, pageSize = 50): Paged<Item> {
  const by = useQueryMember('sort') ?? initial.by;
  const order = useQueryMember('order') ?? initial.order;
  const search = useQueryMember('q') ?? '';
  const sorting: Sorting = { by, order: order === 'asc' ? 'asc' : 'desc' };
  const database = useDatabase();
  const query = useInfiniteQuery({
    enabled: database,
    queryKey: [...key, sorting.by, sorting.order, search],
    queryFn: ({ pageParam, signal }) => load({ page: pageParam, size: pageSize, sortBy: sorting.by, sortOrder: sorting.order, ...(search && { search }) }, signal),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page < last.pages ? last.page + 1 : undefined),
    placeholderData: keepPreviousData,
  });
  return {
    rows: query.data?.pages.flatMap(({ items }) => items) ?? [],
    total: query.data?.pages.at(-1)?.total,
    error: database ? (query.data ? null : query.error) : withoutDatabase,
    loading: database && query.isPending,
    stale: query.isPlaceholderData,
    more: query.hasNextPage ? { load: () => void query.fetchNextPage(), loading: query.isFetchingNextPage } : undefined,
    sorting, search,
    onSort: (next) => setQuery({ sort: next.by, order: next.order }, { replace: true }),
    retry: () => void query.refetch(),
  };
}
