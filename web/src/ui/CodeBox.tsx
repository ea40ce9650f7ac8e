// A text to be copied: a command, a configuration, a request.
import { CopyButton } from './CopyButton.tsx';
import { shared } from '../i18n/shared-strings.ts';

/** `label` names it for screen readers, and above the text when `titled`. */
export function CodeBox({ text, label, titled = false }: { text: string; label?: string; titled?: boolean }) {
  const strings = shared.use();
  return (
    <figure className="code-box">
      {titled && label && <figcaption>{label}</figcaption>}
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton label={strings.actions.copy} text={() => text} />
    </figure>
  );
}
