// LiteLLM's routes (test/fixtures/litellm/routes.txt: the operations of its own openapi.json, version 1.106.2) against the table of routes: each is served, or
// has a reason why it is not. A reason that fits nothing any more must go.
import { expect, test } from 'bun:test';
import { databaseRoutes } from '../../../src/admin/without-database.ts';
import { endpoints } from '../../../src/admin/endpoints.ts';
import { projectRoot } from '../../support/gateway.ts';
import { routes } from '../../../src/server/routes.ts';

const noSuchThing = (what: string): string => `Weir has no ${what}`;
/** Why routes are not served: a pattern over `METHOD path`, and the reason. The first that fits counts. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^(OPTIONS|HEAD) /, 'pre-flight requests and HEAD are answered for every route, without rows of their own'],
  // What Weir does not have: nothing can be managed.
  [/ \/(v1\/)?(mcp|mcp-rest|toolset)\b| \/\{mcp_server_name\}\/| \/(authorize|callback|introspect|register|revoke|token)\b| \/\.well-known\/(oauth|jwks|openid|litellm-cli)|public\/mcp_hub/, noSuchThing('MCP gateway')],
  [/ \/(v1\/|v1beta\/)?(agents|a2a|traces)\b|\/agent\/|public\/agent/, noSuchThing('agents')],
  [/guardrail|\/polic(y|ies)\b/, noSuchThing('guardrails and policies')],
  [/ \/prompts|dotprompt/, noSuchThing('stored prompts')],
  [/vector_store|\/v1\/indexes|\/rag\//, noSuchThing('vector stores')],
  [/\/search(\/|$)|search_tools/, noSuchThing('search tools')],
  [/ \/v1\/tool\b/, noSuchThing('register of tools')],
  [/skill/, noSuchThing('skills')],
  [/ \/v1\/(workflows|memory)\b/, noSuchThing('workflows and memory')],
  [/ \/lens\b/, noSuchThing('Lens')],
  [/ \/(v1\/)?(decisions|systemone)$|moyai|laya|bespoke/, noSuchThing('decision models')],
  [/auto_?router|adaptive_router|complexity_router/, noSuchThing('automatic choice of models by what a prompt says; rules and splits stand in the file')],
  [/ \/(cloudzero|vantage|compliance|usage\/ai|model-insights|cost_optimization|claude-code|api\/plugins)\b/, noSuchThing('connection to this service')],
  [/rust_control_plane|\/gateway\/daily/, noSuchThing('control plane')],
  // Kinds of calls that are not translated.
  [/\/(assistants|threads|containers|evals|videos|ocr|interactions|realtime|fine_tuning)\b|vertex_ai\/live/, 'this kind of call is not translated'],
  [/ \/(cursor|fal_ai|vllm|typesafe|milvus|bedrock|comprehendmedical|azure_speech|transcribe|eu\.assemblyai|assemblyai|nvidia_nim|azure|azure_ai|vertex_ai|openai|tinyfish|gigachat|watsonx|langfuse)\b/, "the provider's own routes are not passed through"],
  [/\/config\/pass_through_endpoint/, 'there are no pass-through endpoints'],
  // Ways of LiteLLM's own dashboard and sign-in. Weir has its own dashboard.
  [/ \/(get|update)\/(sso|ui_theme|ui_settings|user_banner|mcp|websearch|latest)|\/upload\/logo|useful_links|\/get_logo|\/get_favicon|blog_posts/, "settings of LiteLLM's dashboard"],
  [/ \/sso\/|\/session\/logout|\/v3\/login|\/login\b|\/onboarding\//, "LiteLLM's own sign-in; Weir's dashboard has its own (`/ui/session`)"],
  [/\/daily\/activity\/(aggregated\/(keys|search|model_top_keys|cache_leakage_keys)|export)/, "pages of LiteLLM's dashboard; `/daily/activity` and `/aggregated` have the same figures"],
  [/\/tag\/(dau|wau|mau|user-agent)/, "reports of programs that LiteLLM writes down as tags; the ledger's rows name the program"],
  [/\/(cache|coordination_redis)\/settings|\/email\/event_settings|\/callbacks\/configs|config_overrides/, 'set in the file'],
  [/\/(public\/(endpoints|providers\/fields|v1\/model_hub)|robots\.txt|health\/(license|shared-status|test_connection)|debug\/asyncio|event_logging|model\/deprecations|utils\/model_info)/, 'nobody but its own pages asks for it'],
  [/\/cost\/(estimate|predict-cache)|spend\/capture_rate/, '`/spend/calculate` and `/router/explain` say what a request costs'],
  [/\/access_group\/\{access_group\}\/budget/, 'budgets are those of keys, teams, projects and models (`model_max_budget`)'],
  [/credentials\/\{credential_name\}\/jwks/, 'keys of workload identities are not published'],
  [/ \/scim\/v2\/placeholders/, 'members of groups must exist before they are named'],
];

const plain = (path: string): string => path.replace(/\{[^}]*\}/g, '{}').replaceAll('{}*', '{}');
const served = new Set(routes.map(({ method, path }) => `${method} ${plain(path.replaceAll('*}', '}'))}`));
const theirs = (await Bun.file(`${projectRoot}test/fixtures/litellm/routes.txt`).text()).split('\n').filter((line) => line !== '');

test("each of LiteLLM's routes is served, or there is a reason", () => {
  const missing = theirs.filter((line) => !served.has(plain(line)));
  const used = new Map<RegExp, number>();
  const unexplained = missing.filter((line) => {
    const found = reasons.find(([pattern]) => pattern.test(line));
    if (found) used.set(found[0], (used.get(found[0]) ?? 0) + 1);
    return !found;
  });
  expect(unexplained).toEqual([]);
  expect(reasons.filter(([pattern]) => !used.has(pattern)).map(([pattern]) => String(pattern))).toEqual([]);
});

test('each management route has a handler, and each handler a route', () => {
  const names = databaseRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(names.filter((name) => !Object.hasOwn(endpoints, name))).toEqual([]);
  expect(Object.keys(endpoints).filter((name) => !names.includes(name))).toEqual([]);
});
