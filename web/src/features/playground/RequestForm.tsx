// The request: what is said, and all parameters.
import { draft, type Draft, type DraftProblems } from './draft.ts';
import { Field } from '../../ui/Field.tsx';
import { playgroundStrings } from './playground-strings.ts';
import { shared } from '../../i18n/shared-strings.ts';

const efforts = ['none', 'minimal', 'low', 'medium', 'high'] as const;

/** See the top of the file. */
export function RequestForm({ typed, problems }: { typed: Draft; problems: DraftProblems }) {
  const strings = playgroundStrings.use();
  const { actions } = shared.use();
  const bind = (name: Exclude<keyof Draft, 'models' | 'messages'>) => ({
    value: typed[name], onChange: (event: { target: { value: string } }) => draft.update((present) => ({ ...present, [name]: event.target.value })),
  });
  const error = (name: keyof Draft): string | null => (problems[name] ? strings[problems[name]] : null);
  return (
    <section className="card form" aria-label={strings.prompt}>
      {typed.messages === null ? (
        <>
          <Field label={strings.system} optional><textarea className="field" rows={2} placeholder={strings.systemHint} {...bind('system')} /></Field>
          <Field label={strings.message} error={error('message')}><textarea className="field" rows={5} placeholder={strings.messagePlaceholder} {...bind('message')} /></Field>
        </>
      ) : (
        <div className="stack tight">
          {typed.messages.map((message, index) => <article key={index} className="message"><header>{message.role}</header><div>{typeof message.content === 'string' ? message.content : JSON.stringify(message.content)}</div></article>)}
          <button type="button" className="button" onClick={() => draft.update((present) => ({ ...present, messages: null }))}>{actions.remove}</button>
        </div>
      )}
      <details className="more" open={['temperature', 'topP', 'maxTokens', 'seed', 'stop', 'effort'].some((name) => problems[name as keyof Draft])}>
        <summary>{strings.parameters}</summary>
        <div className="form-pair">
          <Field label={strings.temperature} error={error('temperature')}><input className="field" inputMode="decimal" {...bind('temperature')} /></Field>
          <Field label={strings.topP} error={error('topP')}><input className="field" inputMode="decimal" {...bind('topP')} /></Field>
          <Field label={strings.maxTokens} error={error('maxTokens')}><input className="field" inputMode="numeric" {...bind('maxTokens')} /></Field>
          <Field label={strings.seed} error={error('seed')}><input className="field" inputMode="numeric" {...bind('seed')} /></Field>
          <Field label={strings.effort}>
            <select className="field select" {...bind('effort')}>{efforts.map((effort) => <option key={effort} value={effort === 'none' ? '' : effort}>{strings.efforts[effort]}</option>)}</select>
          </Field>
          <Field label={strings.stop}><input className="field" {...bind('stop')} /></Field>
        </div>
      </details>
      {(['tools', 'format', 'more'] as const).map((name) => (
        <details key={name} className="more" open={problems[name] !== undefined || undefined}>
          <summary>{strings[name]}</summary>
          <Field label={strings[name]} hint={strings.hints[name]} error={error(name)}><textarea className="field code" rows={6} spellCheck={false} {...bind(name)} /></Field>
        </details>
      ))}
    </section>
  );
}
