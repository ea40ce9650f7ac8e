// The configuration file for the dashboard: shown, checked, changed, and taken back.
import { changedSettings } from '../../admin/configuration/changed-settings.ts';
import { commit } from '../../admin/commit.ts';
import { ConfigurationFile, type ConfigurationChange } from '../../admin/configuration/configuration-file.ts';
import { fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
import { withDotenv } from '../../config/dotenv.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { Problem } from '../../config/problem.ts';
import type { AnyReply } from '../../http/reply.ts';

/** `GET /configuration`. */
export const showConfiguration: Handler = (call) => withFile(call, (file) => json(file.show()));

/** `GET /configuration/history/{id}`. */
export const earlierConfiguration: Handler = (call) => withFile(call, (file) => {
  const text = file.earlier(call.params['id'] ?? '');
  return text === null ? refusal(fault('item_not_found', 'There is no such earlier configuration.'), 'openai-chat', call.id) : json({ text });
});

/** `POST /configuration/check` with `{text}`: what is wrong with it. Nothing is changed. */
export const checkConfiguration: Handler = (call) => withFile(call, async (file) => {
  const body = await textsOf(call);
  return 'refused' in body ? body.refused : json({ problems: file.check(body.text).map(shown) });
});

/** `PUT /configuration` with `{text, etag}`: takes it over when it loads, and nobody has changed it meanwhile. */
export const changeConfiguration: Handler = (call) => withFile(call, async (file) => {
  const body = await textsOf(call);
  if ('refused' in body) return body.refused;
  const change = file.write(body.text, body.etag);
  switch (change.kind) {
    case 'written':
      call.services.logger.info('the configuration was changed in the dashboard', { by: call.caller?.name });
      await audit(call, file, change);
      return json({ problems: change.problems.map(shown) });
    case 'refused':
      return json({ problems: change.problems.map(shown) }, 422);
    case 'changed-meanwhile':
      return refusal(fault('parameter_invalid', 'The configuration was changed by somebody else meanwhile. Load it again.', { status: 409, param: 'etag' }), 'openai-chat', call.id);
    case 'read-only':
      return refusal(fault('parameter_invalid', 'The gateway may not write its configuration file.', { status: 403 }), 'openai-chat', call.id);
  }
});

/** Writes down who changed which settings, and what they were before; an earlier text that was taken back is called that. Without a database nobody keeps it. */
async function audit({ services: { admin }, caller }: RouteCall, file: ConfigurationFile, { before, after, restores }: Extract<ConfigurationChange, { kind: 'written' }>): Promise<void> {
  if (!admin || !caller) return;
  const changed = changedSettings(before, after);
  await commit({ services: admin, caller }, async (_transaction, note) => note({
    kind: 'config', id: file.name, action: restores === null ? 'updated' : 'restored', before: changed.before, after: { ...changed.after, ...(restores !== null && { restored_version: restores }) },
  }));
}

const shown = ({ severity, line, column, path, message }: Problem): Problem | object => ({ severity, line, column, path, message });

function withFile(call: RouteCall, answer: (file: ConfigurationFile) => AnyReply | Promise<AnyReply>): AnyReply | Promise<AnyReply> {
  const [path] = call.services.config.files;
  if (path === undefined || path === 'configuration') return refusal(fault('item_not_found', 'The gateway was started without a configuration file.'), 'openai-chat', call.id);
  return answer(new ConfigurationFile(path, withDotenv(process.cwd(), process.env)));
}

async function textsOf(call: RouteCall): Promise<{ text: string; etag: string } | { refused: AnyReply }> {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return { refused: refusal(body.fault, 'openai-chat', call.id) };
  const [text, etag] = [body.value.get('text'), body.value.get('etag')];
  if (typeof text !== 'string') return { refused: refusal(fault('parameter_missing', 'text: expected the configuration as YAML.', { param: 'text' }), 'openai-chat', call.id) };
  return { text, etag: typeof etag === 'string' ? etag : '' };
}
