// Tokens of an identity provider that act with the rights of a virtual key.
import { flag, integer, optionalText, text, textOrEmpty } from '../table.ts';
import type { Migration } from './migration.ts';

export const tokenKeys = {
  number: 7,
  name: 'keys of tokens',
  tables: {
    /** By a claim's name and value, and the token's issuer; an empty issuer is any. */
    token_keys: {
      columns: {
        mapping_id: text, claim_name: text, claim_value: text, issuer: textOrEmpty, key_hash: text, description: optionalText, is_active: flag,
        created_at_ms: integer, created_by: optionalText, updated_at_ms: integer, updated_by: optionalText,
      },
      primaryKey: ['mapping_id'],
      indexes: [{ columns: ['claim_name', 'claim_value', 'issuer'], unique: true }, { columns: ['key_hash'] }],
    },
  },
} as const satisfies Migration;
