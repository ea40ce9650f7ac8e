// A page of a list that is in memory: found by a search, sorted by a column, and continued behind the last item of the page before, whatever came in
// between.

/** What of a list can be asked for. */
export interface ListTable<Item> {
  /** Never the same for two items. */
  id: (item: Item) => string;
  /** Texts that a search looks through. */
  searched: (item: Item) => readonly string[];
  /** Columns to sort by; items without a value come last. */
  columns: Readonly<Record<string, (item: Item) => string | number | null | undefined>>;
  /** The column when none is named. */
  usual: string;
}

/** A page. */
export interface ListPage<Item> {
  items: readonly Item[];
  total: number;
  nextCursor: string | null;
}

const usualSize = 50;
const mostSize = 500;

/** The page that a query asks for (`search`, `sort_by`, `sort_order`, `size`, `cursor`), or the parameter that is wrong. */
export function listPage<Item>(all: readonly Item[], query: URLSearchParams, table: ListTable<Item>): ListPage<Item> | { wrong: string } {
  const column = table.columns[query.get('sort_by') ?? table.usual];
  if (!column) return { wrong: 'sort_by' };
  const order = query.get('sort_order') ?? 'asc';
  if (order !== 'asc' && order !== 'desc') return { wrong: 'sort_order' };
  const size = Number(query.get('size') ?? usualSize);
  if (!Number.isInteger(size) || size < 1 || size > mostSize) return { wrong: 'size' };
  const cursor = query.get('cursor');
  const after = cursor === null ? null : readCursor(cursor);
  if (cursor !== null && after === null) return { wrong: 'cursor' };
  const search = (query.get('search') ?? '').trim().toLowerCase().slice(0, 200);
  const place = (item: Item): Place => [column(item) ?? null, table.id(item)];
  const compare = (a: Place, b: Place): number => comparePlaces(a, b, order === 'asc' ? 1 : -1);
  const found = all.filter((item) => search === '' || table.searched(item).some((text) => text.toLowerCase().includes(search)));
  const sorted = found.map((item) => ({ item, at: place(item) })).toSorted((a, b) => compare(a.at, b.at));
  const rest = after === null ? sorted : sorted.filter(({ at }) => compare(at, after) > 0);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return { items: page.map(({ item }) => item), total: found.length, nextCursor: last && rest.length > size ? Buffer.from(JSON.stringify(last.at)).toString('base64url') : null };
}

type Place = readonly [value: string | number | null, id: string];

function comparePlaces([a, idA]: Place, [b, idB]: Place, direction: 1 | -1): number {
  const ids = idA < idB ? -1 : idA > idB ? 1 : 0;
  if (a === b) return ids;
  if (a === null) return 1;
  if (b === null) return -1;
  return (a < b ? -1 : 1) * direction;
}

function readCursor(text: string): Place | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [value, id] = Array.isArray(place) && place.length === 2 ? place as unknown[] : [];
    return typeof id === 'string' && (value === null || typeof value === 'string' || typeof value === 'number') ? [value, id] : null;
  } catch {
    return null;
  }
}
