// A limit in words: what refused a request, or would have.
import { limitStrings } from '../../i18n/limit-strings.ts';
import { ruleName } from '../../ui/rule-name.ts';
import type { ScopeKind } from '../../../../client/index.ts';

/** A rule as the ledger has it. */
export type LimitRefusal = readonly [mode: 'shadow' | 'enforced', kind: ScopeKind, id: string, rule: string, model: string | null];

/** The rule of a filter, which is JSON text; null for a text that is none. */
function refusalOf(text: string): LimitRefusal | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length === 5 && (value[0] === 'shadow' || value[0] === 'enforced') && value.slice(1, 4).every((part) => typeof part === 'string') ? value as unknown as LimitRefusal : null;
  } catch {
    return null;
  }
}

/** A filter by a rule. */
export function LimitFilterName({ value }: { value: string }) {
  const refusal = refusalOf(value);
  return refusal ? <RefusalName refusal={refusal} /> : <span className="mono">{value.slice(0, 20)}</span>;
}

/** One rule. */
export function RefusalName({ refusal: [mode, kind, id, rule, model] }: { refusal: LimitRefusal }) {
  const strings = limitStrings.use();
  return <>{strings.modes[mode]}: {strings.kinds[kind] ?? kind} <span className="mono" title={id}>{id.slice(0, 12)}</span>, {ruleName(strings, rule, model)}</>;
}
