// THE table of parameters in the addresses of management routes that have a type. What does not fit is refused before the handler runs, in the words of LiteLLM's validation
// (pydantic), whose clients show them: a page that is none must not silently become the first one.
import type { FieldError } from './body/read-fields.ts';

/** One parameter. Bounds count in. */
type QueryRule =
  | { readonly kind: 'integer'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly required?: true }
  | { readonly kind: 'text'; readonly required: true };

const atLeast = (least: number, most?: number): QueryRule => ({ kind: 'integer', least, ...(most !== undefined && { most }) });
const boolean: QueryRule = { kind: 'boolean' };
const required: QueryRule = { kind: 'text', required: true };
const oneOf = (...words: string[]): QueryRule => ({ kind: 'words', words });
const page = atLeast(1);
const upTo100 = atLeast(1, 100);
const upTo1000 = atLeast(1, 1000);
const days = { start_date: required, end_date: required } as const;
const fallbackType = { fallback_type: oneOf('general', 'context_window', 'content_policy') } as const;
const activityPage = { page, page_size: upTo1000 } as const;
const totals = { api_key_limit: upTo1000, timezone: { kind: 'integer' } } as const satisfies Record<string, QueryRule>;
const logPage = { page, page_size: upTo1000 } as const;

/** By method and path, as in `without-database.ts`. */
export const queryRules: Readonly<Record<string, Readonly<Record<string, QueryRule>>>> = {
  'GET /key/list': { page, size: upTo100, return_full_object: boolean, include_team_keys: boolean, include_created_by_keys: boolean, substring_matching: boolean },
  'GET /key/aliases': { page, size: upTo100 },
  'GET /user/list': { page, page_size: upTo100 },
  'GET /v2/team/list': { page, page_size: upTo100, search_team_id_match: oneOf('exact', 'prefix') },
  'GET /team/info': { key_limit: page },
  'GET /v2/model/info': { page, size: page },
  'GET /audit': { page, page_size: upTo100 },
  'GET /jwt/key/mapping/list': { page, size: upTo100 },
  'GET /jwt/key/mapping/info': { id: required },
  'GET /organization/info': { organization_id: required },
  'GET /customer/info': { end_user_id: required },
  'GET /end_user/info': { end_user_id: required },
  'GET /budget/settings': { budget_id: required },
  'GET /project/info': { project_id: required },
  'GET /invitation/info': { invitation_id: required },
  'GET /tag/summary': days,
  'GET /config/list': { config_type: { kind: 'words', words: ['general_settings', 'litellm_settings', 'router_settings'], required: true } },
  'GET /config/field/info': { field_name: required },
  'GET /fallback/{model*}': fallbackType,
  'DELETE /fallback/{model*}': fallbackType,
  'GET /spend/logs': { summarize: boolean },
  'GET /spend/logs/v2': logPage,
  'GET /spend/logs/ui': logPage,
  'GET /spend/logs/session/ui': { session_id: required, page, page_size: upTo100 },
  'GET /global/spend/report': { group_by: oneOf('team', 'customer', 'api_key') },
  'GET /user/daily/activity': activityPage,
  ...Object.fromEntries(['user', 'team', 'tag', 'organization', 'customer'].map((name) => [`GET /${name}/daily/activity/aggregated`, totals])),
};

/** What is wrong with the parameters of a call; null: nothing. */
export function wrongQuery(route: string, query: URLSearchParams): FieldError[] | null {
  const rules = queryRules[route];
  if (rules === undefined) return null;
  const errors = Object.entries(rules).flatMap(([name, rule]): FieldError[] => {
    const wrong = wrongValue(rule, query.get(name));
    return wrong === null ? [] : [{ ...wrong, loc: ['query', name] }];
  });
  return errors.length > 0 ? errors : null;
}

const truths = new Set(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off', 't', 'f', 'y', 'n']);

function wrongValue(rule: QueryRule, value: string | null): Pick<FieldError, 'type' | 'msg'> | null {
  if (value === null) return 'required' in rule ? { type: 'missing', msg: 'Field required' } : null;
  switch (rule.kind) {
    case 'text': return null;
    case 'boolean': return truths.has(value.toLowerCase()) ? null : { type: 'bool_parsing', msg: 'Input should be a valid boolean, unable to interpret input' };
    case 'words': return rule.words.includes(value) ? null : { type: 'literal_error', msg: `Input should be ${spoken(rule.words)}` };
    case 'integer': return wrongInteger(rule, value);
  }
}

function wrongInteger({ least, most }: { least?: number; most?: number }, value: string): Pick<FieldError, 'type' | 'msg'> | null {
  if (!/^\s*[-+]?\d+(\.0*)?\s*$/.test(value)) return { type: 'int_parsing', msg: 'Input should be a valid integer, unable to parse string as an integer' };
  if (least !== undefined && Number(value) < least) return { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${least}` };
  if (most !== undefined && Number(value) > most) return { type: 'less_than_equal', msg: `Input should be less than or equal to ${most}` };
  return null;
}

const spoken = (words: readonly string[]): string => (words.length > 1 ? `${words.slice(0, -1).map((word) => `'${word}'`).join(', ')} or '${words.at(-1)}'` : `'${words[0]}'`);
