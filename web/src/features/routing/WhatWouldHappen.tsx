// Asks the gateway for the plan of a request.
import { useState, type FormEvent } from 'react';
import { Field } from '../../ui/Field.tsx';
import { gateway, wordsOf } from '../../api/gateway.ts';
import { PlanView } from './PlanView.tsx';
import { routingStrings } from './routing-strings.ts';
import { useModelNames } from '../../ui/ModelChoice.tsx';
import { useQueryMember } from '../../app/location.ts';
import type { RoutePlan } from '../../../../client/index.ts';

/** See the top of the file. */
export function WhatWouldHappen() {
  const strings = routingStrings.use();
  const names = useModelNames();
  const wanted = useQueryMember('model');
  const [plan, setPlan] = useState<RoutePlan | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const ask = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const tags = text('tags').split(',').map((tag) => tag.trim()).filter(Boolean);
    let more: Record<string, unknown> = {};
    try {
      more = text('more') === '' ? {} : JSON.parse(text('more')) as Record<string, unknown>;
    } catch {
      setWrong(strings.notJson);
      return;
    }
    setWrong(null);
    setFailure(null);
    try {
      setPlan(await gateway.routing.explain({ model: text('model'), messages: [{ role: 'user', content: text('message') }], ...(tags.length > 0 && { metadata: { tags } }), ...more }));
    } catch (error) {
      setPlan(null);
      setFailure(wordsOf(error));
    }
  };
  return (
    <section className="card">
      <header>
        <h2>{strings.whatTitle}</h2>
        <span className="hint quiet">{strings.whatAbout}</span>
      </header>
      <div className="two">
        <form className="form" onSubmit={(event) => void ask(event)}>
          <Field label={strings.model}><input className="field" name="model" list="model-names" required key={wanted ?? names[0]} defaultValue={wanted ?? names[0] ?? ''} /></Field>
          <datalist id="model-names">{names.map((name) => <option key={name} value={name} />)}</datalist>
          <Field label={strings.message}><textarea className="field" name="message" rows={3} /></Field>
          <Field label={strings.tags} optional><input className="field" name="tags" /></Field>
          <Field label={strings.more} optional error={wrong}><textarea className="field code" name="more" rows={3} spellCheck={false} /></Field>
          <footer><button type="submit" className="button primary">{strings.ask}</button></footer>
        </form>
        <div aria-live="polite">
          {failure !== null && <p className="banner" data-tone="bad">{failure}</p>}
          {plan && <PlanView plan={plan} />}
        </div>
      </div>
    </section>
  );
}
