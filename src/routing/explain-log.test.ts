import { expect, test } from 'bun:test';
import { ExplainLog, type Explanation } from './explain-log.ts';

const explanation = (id: string, status = 200): Explanation => ({ request_id: id, status } as Explanation);
const asker = (keyHash: string, tenant = keyHash, isAdmin = false) => ({ keyHash, tenant, isAdmin });

test('the last ones are kept, each for its own key, its tenant and administrators', () => {
  const log = new ExplainLog(3);
  for (const id of ['1', '2', '3', '4']) log.add('key', 'team', explanation(id));
  const found = (id: string, who: ReturnType<typeof asker>): string | undefined => log.find(id, who)?.request_id;
  expect([found('1', asker('key')), found('2', asker('key')), found('4', asker('key'))]).toEqual([undefined, '2', '4']);
  expect([found('4', asker('other')), found('4', asker('other', 'team')), found('4', asker('other', 'x', true))]).toEqual([undefined, '4', '4']);
});

test('somebody else with the same id hides nothing', () => {
  const log = new ExplainLog(5);
  log.add('mine', 'mine', explanation('same', 200));
  log.add('other', 'other', explanation('same', 500));
  expect([log.find('same', asker('mine'))?.status, log.find('same', asker('other'))?.status]).toEqual([200, 500]);
});
