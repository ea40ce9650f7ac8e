// Where the reader is: a path below /ui and a query. Scope and time range live in the query, so that every view can be shared as a link.
import { Observable, useObservable } from '../lib/observable.ts';

/** Where the application lives on its server. */
export const base = '/ui';

/** A place in the application. `path` begins with a slash. */
export interface Place {
  path: string;
  search: URLSearchParams;
}

function readPlace(): Place {
  const path = location.pathname.startsWith(base) ? location.pathname.slice(base.length) : '/';
  return { path: path === '' ? '/' : path, search: new URLSearchParams(location.search) };
}

const place = new Observable<Place>(readPlace());
addEventListener('popstate', () => place.update(readPlace));

/** Query members that go along from page to page. */
const carried = ['range', 'from', 'to', 'team'];

/** The address of a page, with the present scope and time range unless the query names others. */
export function addressOf(path: string, query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const search = new URLSearchParams();
  for (const name of carried) {
    const value = place.get().search.get(name);
    if (value !== null) search.set(name, value);
  }
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  return `${base}${path}${text === '' ? '' : `?${text}`}`;
}

/** Goes to an address of the application. */
export function go(address: string, { replace = false } = {}): void {
  if (address === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  place.update(readPlace);
}

/** Changes members of the query of the present page; null takes one away. */
export function setQuery(changes: Readonly<Record<string, string | null>>, { replace = false } = {}): void {
  const search = new URLSearchParams(place.get().search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') search.delete(name);
    else search.set(name, value);
  }
  const text = search.toString();
  go(`${base}${place.get().path === '/' ? '/' : place.get().path}${text === '' ? '' : `?${text}`}`, { replace });
}

/** The present path, such as `/keys`. */
export function usePath(): string {
  return useObservable(place, ({ path }) => path);
}

/** A member of the query; null where it is not there. */
export function useQueryMember(name: string): string | null {
  return useObservable(place, ({ search }) => search.get(name));
}

/** The whole query as text, for what depends on all of it. */
export function useQueryText(): string {
  return useObservable(place, ({ search }) => search.toString());
}

/** The present place, outside of components. */
export const currentPlace = place.get;
