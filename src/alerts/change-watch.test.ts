import { expect, test } from 'bun:test';
import { tellChanges, type ToldChange } from './change-watch.ts';
import type { NewAlert } from './alert.ts';

function told(...changes: ToldChange[]): NewAlert[] {
  const raised: NewAlert[] = [];
  tellChanges({ raise: (alert) => void raised.push(alert) }, changes, 'ann');
  return raised;
}

test('keys, teams, people and models that were made, changed or deleted, by name', () => {
  const hash = 'a'.repeat(64);
  expect(told({ kind: 'key', id: hash, action: 'created', after: { key_alias: 'ci' } })).toMatchObject([{ kind: 'new_virtual_key_created', title: 'The virtual key ci was made', facts: [['by', 'ann']] }]);
  expect(told({ kind: 'key', id: hash, action: 'regenerated' })).toMatchObject([{ kind: 'virtual_key_updated', title: 'The virtual key aaaaaaaaaa was changed' }]);
  expect(told({ kind: 'team', id: 't', action: 'deleted', before: { team_alias: 'Core' } }, { kind: 'user', id: 'u', action: 'blocked' }).map(({ kind, title }) => [kind, title])).toEqual([
    ['team_deleted', 'The team Core was deleted'], ['internal_user_updated', 'The user u was changed'],
  ]);
  expect(told({ kind: 'model', id: 'm', action: 'created', after: { model_name: 'gpt' } })).toMatchObject([{ kind: 'new_model_added' }]);
});

test('many changes of one call are one alert; what nobody is told of raises none', () => {
  const many = Array.from({ length: 7 }, (_, index) => ({ kind: 'key', id: `k${index}`, action: 'deleted', before: { key_alias: `key ${index}` } }));
  expect(told(...many)).toMatchObject([{ kind: 'virtual_key_deleted', title: '7 virtual keys were deleted', facts: [['names', 'key 0, key 1, key 2, key 3, key 4 …'], ['by', 'ann']] }]);
  expect(told({ kind: 'budget', id: 'b', action: 'created' }, { kind: 'model', id: 'm', action: 'deleted' })).toEqual([]);
});
