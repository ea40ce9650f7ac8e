// An object as YAML. Apart, because the writer of YAML is loaded only when somebody looks.
import { stringify } from 'yaml';
import { CodeBox } from './CodeBox.tsx';

/** See the top of the file. */
export default function YamlBox({ object, label }: { object: unknown; label: string }) {
  return <CodeBox text={stringify(object, { lineWidth: 0 }).trimEnd()} label={label} />;
}
