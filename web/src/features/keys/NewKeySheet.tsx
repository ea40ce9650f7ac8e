// Makes a key, and shows it the one time that it can be shown.
import { useState } from 'react';
import { addressOf, go } from '../../app/location.ts';
import { announce } from '../../app/announce.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { GatewayError, type KeyChanges, type NewKey } from '../../../../client/index.ts';
import { KeyForm } from './KeyForm.tsx';
import { keysStrings } from './keys-strings.ts';
import { rememberKey } from '../setup/made-key.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';

/** A refusal as a form shows it. */
export function problemOf(error: unknown): { field: string | null; message: string } {
  const field = error instanceof GatewayError && error.param && error.param !== 'None' ? error.param : null;
  const fields = ['key_alias', 'max_budget', 'rpm_limit', 'tpm_limit'];
  return { field: field !== null && fields.includes(field) ? field : null, message: wordsOf(error) };
}

/** Is open as long as it is rendered. */
export function NewKeySheet({ onClose }: { onClose: () => void }) {
  const strings = keysStrings.use();
  const { actions } = shared.use();
  const [made, setMade] = useState<NewKey | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof problemOf> | null>(null);
  const make = async (changes: KeyChanges): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      setMade(await gateway.keys.generate(changes));
      announce(strings.created);
      void queries.invalidateQueries({ queryKey: ['keys'] });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  if (made === null) {
    return (
      <Sheet title={strings.newTitle} onClose={onClose}>
        <KeyForm present={null} problem={problem} busy={busy} submit={actions.create} onSubmit={(changes) => void make(changes)} />
      </Sheet>
    );
  }
  return (
    <Sheet title={strings.made} onClose={onClose}>
      <p>{strings.shownOnce}</p>
      <CodeBox text={made.key} label={strings.keyLabel} />
      <div className="bar">
        <button type="button" className="button primary" autoFocus onClick={() => { rememberKey(made); go(addressOf('/setup')); }}>{strings.connect}</button>
        <button type="button" className="button" onClick={onClose}>{strings.done}</button>
      </div>
    </Sheet>
  );
}
