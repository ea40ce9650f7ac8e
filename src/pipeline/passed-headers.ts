// Headers of the client, or about the caller, that go on to the provider where the configuration says so.
import type { Caller } from '../access/caller.ts';
import type { Config } from '../config/config.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** Makes the headers of one request; null when there are none. */
export type PassedHeaders = (headers: RequestHeaders, caller: Caller | null, endUser: string | null) => Readonly<Record<string, string>> | null;

// Keys, cookies, what proxies say of each other, what is for this gateway, and what the SDKs of one provider confuse others with.
const neverPassed = /key|token|secret|auth|cookie|credential|signature|^x-(stainless|forwarded|real-ip|envoy|amzn|litellm|weir|request-id$)/;

/** True for the name of a header that must not go on to anybody. */
export const isNeverPassed = (name: string): boolean => neverPassed.test(name);

const visible = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** What of a configuration's requests is passed on; null: nothing, which costs nothing. */
export function passedHeaders({ generalSettings, litellmSettings }: Config): PassedHeaders | null {
  const { forwardClientHeadersToLlmApi: client, forwardOpenaiOrgId: organization } = generalSettings;
  const { forwardTraceparentToLlmProvider: trace, addUserInformationToLlmHeaders: user } = litellmSettings;
  const names = [...(organization ? ['openai-organization'] : []), ...(trace ? ['traceparent', 'tracestate'] : []), ...(client ? ['anthropic-beta'] : [])];
  if (names.length === 0 && !user) return null;
  return (headers, caller, endUser) => {
    const passed: Record<string, string> = user && caller ? aboutCaller(caller, endUser) : {};
    if (client) {
      headers.forEach((value, name) => {
        if (name.startsWith('x-') && !neverPassed.test(name)) passed[name] = value;
      });
    }
    for (const name of names) {
      const value = headers.get(name);
      if (value !== null) passed[name] = value;
    }
    return Object.keys(passed).length > 0 ? passed : null;
  };
}

/** LiteLLM's names. Of the key only its hash is told, and nothing of what it may spend. */
function aboutCaller(caller: Caller, endUser: string | null): Record<string, string> {
  const facts: [string, string | null][] = [
    ['hash', caller.keyHash], ['alias', caller.kind === 'key' ? caller.name : null], ['team_id', caller.teamId], ['user_id', caller.userId], ['org_id', caller.organizationId],
    ['project_id', caller.projectId], ['user_email', caller.userEmail], ['end_user_id', endUser],
  ];
  return Object.fromEntries(facts.flatMap(([name, value]) => (value !== null && visible.test(value) ? [[`x-litellm-user_api_key_${name}`, value]] : [])));
}
