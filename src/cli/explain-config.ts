// `weir explain-config KEY`: what a setting is, and where its value comes from.
import { didYouMean } from '../config/suggest.ts';
import { effectiveValue, explainField, type FieldOrigin } from '../config/explain-field.ts';
import { loadConfig } from '../config/load.ts';
import { sections } from '../config/schema.ts';
import { withDotenv } from '../config/dotenv.ts';

/** Prints every place of the setting. Gives the exit code: 0, 1 for a name that is no setting, 2 when no file was named. */
export function explainConfig(key: string, named: string | undefined): number {
  const environment = withDotenv(process.cwd(), process.env);
  const file = named ?? environment['CONFIG_FILE_PATH'];
  if (file === undefined || file === '') {
    console.error('Which file? weir explain-config KEY --config FILE, or set CONFIG_FILE_PATH.');
    return 2;
  }
  const origins = explainField(file, key, environment);
  if (origins.length === 0) {
    console.error(`There is no setting ${JSON.stringify(key)}${didYouMean(key, sections.flatMap(({ fields }) => Object.keys(fields))) || '.'}`);
    return 1;
  }
  for (const origin of origins) console.log(described(origin));
  const loaded = loadConfig(file, environment);
  const effective = loaded.kind === 'ok' ? effectiveValue(loaded.config, key) : undefined;
  if (effective !== undefined) console.log(`In force: ${JSON.stringify(effective)}${typeof effective === 'number' && /time|wait|after|timeout/i.test(key) ? ' (milliseconds)' : ''}`);
  return 0;
}

function described({ path, value, origin, place, variable, description, status }: FieldOrigin): string {
  const source = {
    file: `from ${place ?? ''}`,
    environment: `from the environment variable ${variable ?? ''}, which ${place ?? ''} names`,
    'unset-variable': `not set: the environment variable ${variable ?? ''}, which ${place ?? ''} names, has no value`,
    default: 'the default',
    nothing: 'not set, and without a default',
  }[origin];
  const note = status === 'supported' ? '' : ` (${status})`;
  return `${path}${value === null ? '' : ` = ${value}`}\n  ${source}\n  ${description}${note}`;
}
