import { expect, test } from 'bun:test';
import { listPage, type ListTable } from './list-page.ts';

interface Item {
  name: string;
  price: number | null;
}
const table: ListTable<Item> = { id: ({ name }) => name, searched: ({ name }) => [name], columns: { name: ({ name }) => name, price: ({ price }) => price }, usual: 'name' };
const items: Item[] = ['b', 'a', 'd', 'c', 'Ab'].map((name, index) => ({ name, price: [2, 1, null, 2, 3][index] ?? null }));
const pages = (query: string, all = items): string[][] => {
  const found: string[][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: ReturnType<typeof listPage<Item>> = listPage(all, new URLSearchParams(`${query}${cursor === '' ? '' : `&cursor=${cursor}`}`), table);
    if ('wrong' in page) return [[page.wrong]];
    found.push(page.items.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  return found;
};

test('is sorted either way, with what has no value last, and found by a search', () => {
  expect(pages('')).toEqual([['Ab', 'a', 'b', 'c', 'd']]);
  expect(pages('sort_by=price')).toEqual([['a', 'b', 'c', 'Ab', 'd']]);
  expect(pages('sort_by=price&sort_order=desc')).toEqual([['Ab', 'b', 'c', 'a', 'd']]);
  expect(pages('search=A')).toEqual([['Ab', 'a']]);
});

test('goes on behind the last item, also when that is gone and others came', () => {
  expect(pages('size=2&sort_by=price')).toEqual([['a', 'b'], ['c', 'Ab'], ['d']]);
  const first = listPage(items, new URLSearchParams('size=2&sort_by=price'), table);
  const cursor = 'wrong' in first ? '' : first.nextCursor ?? '';
  const later = [...items.filter(({ name }) => name !== 'b'), { name: 'first', price: 0 }];
  expect(pages(`size=9&sort_by=price&cursor=${cursor}`, later)).toEqual([['c', 'Ab', 'd']]);
});

test('what is no page is refused by name', () => {
  for (const [query, wrong] of [['sort_by=secret', 'sort_by'], ['sort_order=up', 'sort_order'], ['size=0', 'size'], ['size=9999', 'size'], ['cursor=nonsense', 'cursor'], ['cursor=e30', 'cursor']] as const) expect(pages(query)).toEqual([[wrong]]);
});
