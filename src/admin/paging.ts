// Pages of long lists, as the query asks for them.

/** A page of a list. */
export interface Page {
  page: number;
  size: number;
  offset: number;
}

const mostRows = 1_000;

/** The page that the query asks for (`page`, and `size` or `page_size`); odd values are brought into range. */
export function pageOf(query: URLSearchParams, sizeName: 'size' | 'page_size', defaultSize: number): Page {
  const whole = (name: string, usual: number, most: number): number => {
    const given = Number(query.get(name) ?? usual);
    return Number.isSafeInteger(given) ? Math.min(Math.max(given, 1), most) : usual;
  };
  const page = whole('page', 1, 1_000_000);
  const size = whole(sizeName, defaultSize, mostRows);
  return { page, size, offset: (page - 1) * size };
}

/** How many pages there are. */
export const pagesOf = (total: number, { size }: Page): number => Math.ceil(total / size);

/** A query parameter, or null when it is missing or empty. */
export const given = (query: URLSearchParams, name: string): string | null => query.get(name) || null;

/** `true` and its relatives. */
export const isTrue = (query: URLSearchParams, name: string): boolean => /^(true|1|yes|on)$/i.test(query.get(name) ?? '');
