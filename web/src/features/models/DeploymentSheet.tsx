// One deployment: how it is, what it costs, what it can.
import { useState } from 'react';
import { addressOf } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { change } from '../../ui/change.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway } from '../../api/gateway.ts';
import { healthTones, stateOf, perMillion, providerOf, type DeploymentRow } from './deployments.ts';
import { Link } from '../../ui/Link.tsx';
import { modelsStrings } from './models-strings.ts';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { useFormats } from '../../lib/numbers.ts';
import { useIsAdmin } from '../../app/session.ts';

const abilities = {
  supports_vision: 'vision', supports_function_calling: 'tools', supports_reasoning: 'reasoning', supports_prompt_caching: 'caching', supports_response_schema: 'schema', supports_audio_input: 'audio', supports_web_search: 'search',
} as const;
// What LiteLLM's answer adds to every deployment and nobody has set.
const noise = new Set(['allow_client_keepalive_override', 'use_in_pass_through', 'use_litellm_proxy', 'use_xai_oauth', 'merge_reasoning_content_in_choices']);

/** Is open as long as it is rendered. */
export function DeploymentSheet({ row, onClose }: { row: DeploymentRow; onClose: () => void }) {
  const strings = modelsStrings.use();
  const { actions } = shared.use();
  const isAdmin = useIsAdmin();
  const [asking, setAsking] = useState(false);
  const { model_info: info } = row;
  const remove = async (): Promise<void> => {
    onClose();
    await change({
      keys: [['deployments']], done: strings.deleted(row.model_name), run: () => gateway.models.delete(info.id),
    });
  };
  return (
    <Sheet
      title={row.model_name} subtitle={row.litellm_params.model} onClose={onClose}
      actions={isAdmin && info.db_model === true && <button type="button" className="button small danger" onClick={() => setAsking(true)}>{actions.delete}</button>}
    >
      <DeploymentFacts row={row} />
      {asking && <Confirm danger title={strings.deleteTitle} text={strings.deleteText} action={actions.delete} onCancel={() => setAsking(false)} onConfirm={() => void remove()} />}
    </Sheet>
  );
}

function DeploymentFacts({ row }: { row: DeploymentRow }) {
  const strings = modelsStrings.use();
  const formats = useFormats();
  const { figures, model_info: info } = row;
  const params = Object.fromEntries(Object.entries(row.litellm_params).filter(([name, value]) => !noise.has(name) && value !== null));
  const entry = { model_name: row.model_name, litellm_params: params };
  const limit = (name: 'rpm' | 'tpm'): string | null => (typeof params[name] === 'number' ? strings.perMinute(formats.count(params[name]), name === 'rpm' ? strings.requests : strings.tokens) : null);
  const limits = [limit('rpm'), limit('tpm')].filter((text) => text !== null);
  const can = Object.entries(abilities).filter(([flag]) => info[flag] === true).map(([, name]) => strings.ability[name]);
  const tokens = (name: string): string | null => (typeof info[name] === 'number' ? formats.count(info[name]) : null);
  return (
    <ObjectViews object={{ model_list: [entry] }} call={{ method: 'POST', path: '/model/new', body: entry }}>
      {figures && (
        <Facts
          rows={[
            [strings.health, <Badge key="health" tone={healthTones[stateOf(figures)]}>{strings[stateOf(figures)]}</Badge>],
            [strings.calls, formats.count(figures.attempts)], [strings.failures, formats.count(figures.failures)], [strings.coolDowns, formats.count(figures.coolDowns)], [strings.inFlight, formats.count(figures.inFlight)],
            [strings.latency, figures.p50Ms === null ? '–' : `${formats.span(figures.p50Ms)} / ${formats.span(figures.p95Ms ?? 0)}`],
          ]}
        />
      )}
      <Facts
        rows={[
          [strings.provider, providerOf(row)], [strings.base, typeof params['api_base'] === 'string' ? <span key="base" className="mono">{params['api_base']}</span> : null],
          [strings.price, `${perMillion(info['input_cost_per_token'], formats)} / ${perMillion(info['output_cost_per_token'], formats)}`],
          [strings.limits, limits.length > 0 ? limits.join(', ') : null], [strings.maxInput, tokens('max_input_tokens')], [strings.maxOutput, tokens('max_output_tokens')],
          [strings.abilities, can.length > 0 ? <span key="can" className="chips">{can.map((name) => <span key={name} className="chip">{name}</span>)}</span> : null],
          [strings.source, info.db_model === true ? strings.fromDatabase : strings.fromConfig], [strings.id, <span key="id" className="mono">{info.id}</span>],
        ]}
      />
      <div className="bar">
        <Link className="button" href={addressOf('/playground', { model: row.model_name })}>{strings.tryIt}</Link>
        <Link className="button" href={addressOf('/setup', { model: row.model_name })}>{strings.connect}</Link>
        <Link className="button" href={addressOf('/logs', { model_id: info.id })}>{strings.seeLogs}</Link>
      </div>
      {info.db_model !== true && <p className="hint quiet">{strings.readOnly}</p>}
    </ObjectViews>
  );
}
