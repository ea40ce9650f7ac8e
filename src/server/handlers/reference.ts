// What a programme can be told of the routes: an OpenAPI description, and the same as a page for people. Both are made from the table of routes.
import { json } from '../reply.ts';
import { version } from '../../pipeline/answer-headers.ts';
import type { Handler, Route } from '../route.ts';
import type { JsonObject } from '../../lib/json.ts';

const bodyOf = (method: Route['method']): JsonObject =>
  (method === 'POST' || method === 'PUT' || method === 'PATCH' ? { requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } } : {});

function operationOf({ method, path, summary, access }: Route): JsonObject {
  const names = [...path.matchAll(/\{(\w+)\*?\}/g)].map(([, name]) => name ?? '');
  return {
    summary, operationId: `${method.toLowerCase()}${path.replace(/\W+/g, '_')}`,
    ...(names.length > 0 && { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }),
    ...bodyOf(method),
    ...(access !== 'public' && { security: [{ key: [] }] }),
    responses: { 200: { description: 'The answer' }, default: { description: 'An error in the form of the dialect' } },
  };
}

/** The table of routes as OpenAPI 3.1. */
export function openApiOf(table: readonly Route[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of table) {
    const path = route.path.replace(/\*\}/g, '}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Weir', description: 'A gateway for language models, with the interface of LiteLLM Proxy.', version },
    paths, components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  };
}

/** `GET /openapi.json`. */
export function openApi(table: () => readonly Route[]): Handler {
  let made: JsonObject | undefined;
  return () => json((made ??= openApiOf(table())));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** `GET /redoc`: the reference as a page, without a script. */
export const referencePage = (table: () => readonly Route[]): Handler => () => new Response(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Weir – reference (ReDoc)</title></head>
<body><h1>Weir ${version}</h1><p>The routes of this gateway; <a href="/openapi.json">openapi.json</a> has the same for programmes.</p>
<table>${table().map(({ method, path, summary }) => `<tr><td>${method}</td><td><code>${escaped(path)}</code></td><td>${escaped(summary)}</td></tr>`).join('\n')}</table></body></html>
`, {
  headers: {
    'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY',
  },
});
