import { expect, test } from 'bun:test';
import { ResponseStore, type StoredResponse } from './response-store.ts';

const response = (id: string, tenant = 'a', bytes = 10): StoredResponse =>
  ({ id, tenant, model: 'm', deploymentId: 'd', kept: 'here', previous: null, input: Buffer.from('"x"'), body: Buffer.alloc(bytes) });

test('an id means nothing to another tenant', () => {
  const store = new ResponseStore(() => 0);
  store.set(response('resp_1', 'a'));
  store.delete('b', 'resp_1');
  expect([store.get('a', 'resp_1')?.id, store.get('b', 'resp_1'), store.get('', 'aresp_1')]).toEqual(['resp_1', null, null]);
});

test('what is not used goes first, by number and by bytes', () => {
  const few = new ResponseStore(() => 0, 2);
  for (const id of ['1', '2']) few.set(response(id));
  few.get('a', '1');
  few.set(response('3'));
  expect(['1', '2', '3'].map((id) => few.get('a', id) !== null)).toEqual([true, false, true]);
  const small = new ResponseStore(() => 0, 100, 20_000);
  for (const id of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']) small.set(response(id, 'a', 1_900));
  expect([small.get('a', '1'), small.get('a', '10')?.id]).toEqual([null, '10']);
  small.set(response('large', 'a', 19_000));
  expect(small.get('a', 'large')).toBeNull();
});

test('after its time it is gone', () => {
  let nowMs = 0;
  const store = new ResponseStore(() => nowMs, 10, 10_000, 1_000);
  store.set(response('1'));
  nowMs = 999;
  expect(store.get('a', '1')?.id).toBe('1');
  nowMs = 1_000;
  expect(store.get('a', '1')).toBeNull();
});
