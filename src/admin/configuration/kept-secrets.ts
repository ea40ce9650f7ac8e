// Takes secrets out of a configuration's text before it is shown, and puts them back into the text that comes back. What stands in their place says
// nothing: it is made with a key of this process.
import { createHmac, randomBytes } from 'node:crypto';
import { isPair, isScalar, parseDocument, visit } from 'yaml';

const key = randomBytes(32);
const placeholder = /(["']?)(kept-secret-[0-9a-f]{16})\1/g;
const secretName = /(?:^|_)(?:keys?|secret|password|token|credentials?|salt|authorization|webhook_url|database_url)$|^(?:cookie|x-api-key|api-key|authorization)$/i;
const addressWithPassword = /^[a-z][\w+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
// Names that end like a secret and are none.
const harmless = /^(?:cache_key|primary_key|litellm_key_header_name|max_tokens?|.*_per_token)$/i;

const nameOf = (value: string): string => `kept-secret-${createHmac('sha256', key).update(value).digest('hex').slice(0, 16)}`;

interface Found {
  value: string;
  start: number;
  end: number;
}

/** The text without its secrets. Values that name a variable of the environment are no secrets. */
export function withoutSecrets(text: string): string {
  return secretsOf(text).toSorted((a, b) => b.start - a.start).reduce((shown, { value, start, end }) => shown.slice(0, start) + nameOf(value) + shown.slice(end), text);
}

/** The text with the secrets of `earlier` texts in their places again. Gives the first placeholder that none of them explains, if there is one. */
export function withSecrets(text: string, earlier: readonly string[]): { text: string; unknown: string | null } {
  const known = new Map(earlier.flatMap((source) => secretsOf(source).map(({ value }) => [nameOf(value), value] as const)));
  let unknown: string | null = null;
  const whole = text.replace(placeholder, (written, _quote: string, name: string) => {
    const value = known.get(name);
    if (value === undefined) unknown ??= name;
    return value === undefined ? written : JSON.stringify(value);
  });
  return { text: whole, unknown };
}

function secretsOf(text: string): Found[] {
  const document = parseDocument(text, { logLevel: 'silent', strict: false });
  const found: Found[] = [];
  visit(document, {
    Scalar(_key, node, path) {
      const { value, range } = node;
      if (typeof value !== 'string' || value === '' || !range || value.startsWith('os.environ/')) return;
      const names = path.filter(isPair).map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''));
      const pair = path.at(-1);
      if (isPair(pair) && pair.key === node) return;
      const name = names.at(-1) ?? '';
      // Whoever has the address of a chat room's webhook may write there.
      const isWebhook = names.includes('alert_to_webhook_url');
      const inEnvironment = names.length > 1 && names[0] === 'environment_variables';
      if (inEnvironment || isWebhook || addressWithPassword.test(value) || (secretName.test(name) && !harmless.test(name))) found.push({ value, start: range[0], end: range[1] });
    },
  });
  return found;
}
