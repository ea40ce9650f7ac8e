// One key: what it may, what it spent, and what can be done with it.
import { useState } from 'react';
import { addressOf } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { change, inPages } from '../../ui/change.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { Confirm } from '../../ui/Confirm.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { gateway, queries } from '../../api/gateway.ts';
import { KeyForm } from './KeyForm.tsx';
import { KeyStatus } from './KeyStatus.tsx';
import { keysStrings } from './keys-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { notify } from '../../app/announce.ts';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { problemOf } from './NewKeySheet.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import { useTeamNames } from '../../ui/TeamPicker.tsx';
import type { KeyChanges, NewKey, VirtualKey } from '../../../../client/index.ts';

type Step = 'show' | 'edit' | 'rotate' | 'delete';

const lists = [['keys'], ['key']] as const;

/** Is open as long as it is rendered. */
export function KeySheet({ vkey, onClose }: { vkey: VirtualKey; onClose: () => void }) {
  const strings = keysStrings.use();
  const { actions } = shared.use();
  const [step, setStep] = useState<Step>('show');
  const [rotated, setRotated] = useState<NewKey | null>(null);
  const name = vkey.key_alias || vkey.key_name;
  const patch = (changes: Partial<VirtualKey>) => inPages<VirtualKey>((items) => items.map((item) => (item.token === vkey.token ? { ...item, ...changes } : item)));
  const block = (blocked: boolean): Promise<boolean> => change({
    keys: lists, done: blocked ? strings.wasBlocked(name) : strings.wasUnblocked(name), optimistic: patch({ blocked }),
    run: () => (blocked ? gateway.keys.block(vkey.token) : gateway.keys.unblock(vkey.token)),
    undo: () => (blocked ? gateway.keys.unblock(vkey.token) : gateway.keys.block(vkey.token)),
  });
  const remove = async (): Promise<void> => {
    onClose();
    await change({ keys: lists, done: strings.deleted(name), optimistic: inPages<VirtualKey>((items) => items.filter(({ token }) => token !== vkey.token)), run: () => gateway.keys.delete(vkey.token) });
  };
  const rotate = async (): Promise<void> => {
    setStep('show');
    try {
      setRotated(await gateway.keys.regenerate(vkey.token));
      void queries.invalidateQueries({ queryKey: ['keys'] });
    } catch (error) {
      notify(problemOf(error).message);
    }
  };
  if (rotated) {
    return (
      <Sheet title={strings.made} subtitle={name} onClose={onClose}>
        <p>{strings.shownOnce}</p>
        <CodeBox text={rotated.key} label={strings.keyLabel} />
      </Sheet>
    );
  }
  return (
    <Sheet
      title={step === 'edit' ? strings.editTitle(name) : name} subtitle={<span className="mono">{vkey.key_name}</span>} onClose={onClose}
      actions={step === 'show' && (
        <>
          <button type="button" className="button small" onClick={() => setStep('edit')}>{actions.edit}</button>
          <button type="button" className="button small" onClick={() => setStep('rotate')}>{strings.rotate}</button>
          <button type="button" className="button small" onClick={() => void block(!vkey.blocked)}>{vkey.blocked ? actions.unblock : actions.block}</button>
          <button type="button" className="button small danger" onClick={() => setStep('delete')}>{actions.delete}</button>
        </>
      )}
    >
      {step === 'edit' ? <EditKey vkey={vkey} onDone={() => setStep('show')} /> : <KeyFacts vkey={vkey} />}
      {step === 'rotate' && <Confirm title={strings.rotateTitle} text={strings.rotateText} action={strings.rotate} onCancel={() => setStep('show')} onConfirm={() => void rotate()} />}
      {step === 'delete' && <Confirm danger title={strings.deleteTitle} text={strings.deleteText} action={actions.delete} onCancel={() => setStep('show')} onConfirm={() => void remove()} />}
    </Sheet>
  );
}

function EditKey({ vkey, onDone }: { vkey: VirtualKey; onDone: () => void }) {
  const strings = keysStrings.use();
  const { actions } = shared.use();
  const save = async (changes: KeyChanges): Promise<void> => {
    onDone();
    const before: KeyChanges = { key_alias: vkey.key_alias, models: vkey.models, max_budget: vkey.max_budget, budget_duration: vkey.budget_duration, rpm_limit: vkey.rpm_limit, tpm_limit: vkey.tpm_limit };
    await change({
      keys: lists, done: strings.changed, run: () => gateway.keys.update(vkey.token, changes), undo: () => gateway.keys.update(vkey.token, before),
      optimistic: inPages<VirtualKey>((items) => items.map((item) => (item.token === vkey.token ? { ...item, ...changes as Partial<VirtualKey> } : item))),
    });
  };
  return <KeyForm present={vkey} problem={null} busy={false} submit={actions.save} onSubmit={(changes) => void save(changes)} />;
}

function KeyFacts({ vkey }: { vkey: VirtualKey }) {
  const strings = keysStrings.use();
  const { fields } = shared.use();
  const formats = useFormats();
  const teams = useTeamNames();
  const limits = [
    vkey.rpm_limit !== null && strings.perMinute(formats.count(vkey.rpm_limit), strings.rpmShort), vkey.tpm_limit !== null && strings.perMinute(formats.count(vkey.tpm_limit), strings.tpmShort),
  ].filter((text) => text !== false);
  const made = { key_alias: vkey.key_alias, models: vkey.models, max_budget: vkey.max_budget, budget_duration: vkey.budget_duration, rpm_limit: vkey.rpm_limit, tpm_limit: vkey.tpm_limit, team_id: vkey.team_id, user_id: vkey.user_id, metadata: vkey.metadata };
  return (
    <ObjectViews object={vkey} call={{ method: 'POST', path: '/key/generate', body: Object.fromEntries(Object.entries(made).filter(([, value]) => value !== null && value !== undefined)) }}>
      <Facts
        rows={[
          [fields.status, <KeyStatus key="status" vkey={vkey} />],
          [fields.spend, <BudgetBar key="spend" spend={vkey.spend} budget={vkey.max_budget} />],
          [strings.resets, vkey.budget_reset_at ? <Time key="reset" at={vkey.budget_reset_at} /> : null],
          [strings.limits, limits.length > 0 ? limits.join(', ') : fields.unlimited],
          [fields.models, vkey.models.length > 0 ? <span key="models" className="chips">{vkey.models.map((model) => <span key={model} className="chip">{model}</span>)}</span> : fields.allModels],
          [strings.team, vkey.team_id ? <Link key="team" href={addressOf('/teams', { id: vkey.team_id })}>{teams.get(vkey.team_id) ?? vkey.team_id}</Link> : null],
          [strings.owner, vkey.user_id],
          [strings.routes, vkey.allowed_routes && vkey.allowed_routes.length > 0 ? vkey.allowed_routes.join(', ') : null],
          [strings.expires, vkey.expires ? <Time key="expires" at={vkey.expires} /> : fields.never],
          [strings.lastUsed, <Time key="used" at={vkey.last_active} none={fields.never} />],
          [fields.created, <Time key="created" at={vkey.created_at} exact />],
          [strings.hash, <span key="hash" className="mono">{vkey.token}</span>],
        ]}
      />
      <div className="bar">
        <Link className="button" href={addressOf('/logs', { api_key: vkey.token })}>{strings.seeLogs}</Link>
        <Link className="button" href={addressOf('/usage', { api_key: vkey.token })}>{strings.seeUsage}</Link>
      </div>
    </ObjectViews>
  );
}
