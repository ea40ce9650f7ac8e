// A request's own key, and address, where a deployment allows them (`configurable_clientside_auth_params`). The deployment's own key never
// goes to an address that a request names.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Target } from '../routing/deployment.ts';

/** The deployment that this request goes to: its own, or the same with what the request brings. */
export function withClientCredentials(body: JsonBody, target: Target): Result<Target> {
  const { clientAuth } = target.deployment;
  if (!clientAuth) return ok(target);
  const [key, base] = [textAt(body, 'api_key'), textAt(body, 'api_base') ?? textAt(body, 'base_url')];
  if (key === undefined && base === undefined) return ok(target);
  if (base !== undefined && !clientAuth.apiBases.some((pattern) => fits(base, pattern))) return refused('api_base', 'Rejected Request: this api_base is not allowed in the request body.');
  if (key === undefined) return refused('api_key', 'Rejected Request: api_base in the request body needs an api_key beside it.');
  if (!clientAuth.apiKey) return refused('api_key', 'Rejected Request: api_key is not allowed in the request body.');
  const made = clientAuth.make({ apiKey: key, apiBase: base });
  return typeof made === 'string' ? refused('api_base', made) : ok({ ...target, deployment: made });
}

const textAt = (body: JsonBody, name: string): string | undefined => {
  const value = body.has(name) ? body.get(name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const refused = (param: string, message: string): Result<never> => fail(fault('parameter_invalid', message, { param }));

/** As LiteLLM does, from the beginning; but what follows must be a path, so that a host cannot go on into another one. */
function fits(base: string, pattern: RegExp): boolean {
  if (!URL.canParse(base) || new URL(base).username !== '' || new URL(base).password !== '') return false;
  const found = pattern.exec(base);
  if (!found || found.index !== 0) return false;
  const rest = base.slice(found[0].length);
  return rest === '' || rest.startsWith('/') || found[0].endsWith('/');
}
