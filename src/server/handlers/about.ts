// What this gateway is: the page at `/`, its routes, its settings as LiteLLM's clients ask for them.
import { json } from '../reply.ts';
import { version } from '../../pipeline/answer-headers.ts';
import type { Handler, Route } from '../route.ts';

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Weir</title></head>
<body><h1>Weir</h1><p>A gateway for language models. It is running (version ${version}).</p>
<p><a href="ui">The dashboard and the chat</a></p>
<ul><li><a href="/health/liveliness">/health/liveliness</a></li><li><code>POST /v1/chat/completions</code></li>
<li><code>POST /v1/messages</code></li><li><code>POST /v1/responses</code></li><li><code>GET /v1/models</code></li></ul></body></html>
`;

/** `GET /`: also what clients ask for with HEAD to see whether somebody is there. */
export const home: Handler = () => new Response(page, {
  headers: {
    'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY',
  },
});

/** `GET /routes`. */
export const listRoutes = (table: () => readonly Route[]): Handler => () => json({
  routes: table().map(({ path, method, summary }) => ({ path, methods: [method], name: summary, endpoint: summary })),
});

/** `GET /settings`, `/active/callbacks`. */
export const settings: Handler = ({ services }) => {
  const { litellmSettings, routing } = services.config;
  const callbacks = ['prometheus', ...(litellmSettings.callbacks ?? []).filter((name) => name !== 'prometheus')];
  return json({
    'alerting': 'None', 'litellm.callbacks': callbacks, 'litellm.input_callback': callbacks, 'litellm.failure_callback': callbacks, 'litellm.success_callback': callbacks,
    'litellm._async_success_callback': callbacks, 'litellm._async_failure_callback': callbacks, 'litellm._async_input_callback': [], 'all_litellm_callbacks': callbacks,
    'num_callbacks': callbacks.length, 'num_alerting': 0, 'litellm.request_timeout': routing.timeoutMs / 1000,
  });
};
