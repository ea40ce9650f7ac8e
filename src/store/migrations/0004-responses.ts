// Answers of the Responses API, so that every instance can go on from them, also after a restart.
import { integer, optionalText, text } from '../table.ts';
import type { Migration } from './migration.ts';

export const responses = {
  number: 4,
  name: 'responses',
  tables: {
    /** `input` and `body` are the request's input and the answer as JSON; `kept` tells whether the provider keeps the answer too. */
    stored_responses: {
      columns: { tenant: text, response_id: text, model: text, deployment_id: text, kept: text, previous_id: optionalText, input: text, body: text, expires_at_ms: integer },
      primaryKey: ['tenant', 'response_id'],
      indexes: [{ columns: ['expires_at_ms'] }],
    },
  },
} as const satisfies Migration;
