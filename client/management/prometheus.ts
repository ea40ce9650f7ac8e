// Reads metrics in the text format of Prometheus, as `/metrics/` gives them.

/** One value. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([^ ]+)/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** All samples of a text. What is no sample is passed over. */
export function readMetrics(text: string): Sample[] {
  return text.split('\n').flatMap((row) => {
    const [, name, labels = '', value] = row.startsWith('#') ? [] : line.exec(row) ?? [];
    if (name === undefined || value === undefined) return [];
    const entries = [...labels.matchAll(label)].map(([, key = '', raw = '']) => [key, raw.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))] as const);
    return [{ name, labels: Object.fromEntries(entries), value: Number(value) }];
  });
}

/** The sum of all samples with this name and these labels. */
export function total(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples.reduce((sum, sample) => (sample.name === name && fits(sample, labels) ? sum + sample.value : sum), 0);
}

/** The value below which a share of a histogram's observations lies, estimated within its bucket; null when nothing was observed. */
export function quantile(samples: readonly Sample[], histogram: string, share: number, labels: Readonly<Record<string, string>> = {}): number | null {
  const counts = new Map<number, number>();
  for (const sample of samples) {
    if (sample.name !== `${histogram}_bucket` || !fits(sample, labels)) continue;
    const bound = sample.labels['le'] === '+Inf' ? Infinity : Number(sample.labels['le']);
    counts.set(bound, (counts.get(bound) ?? 0) + sample.value);
  }
  const buckets = [...counts].toSorted(([a], [b]) => a - b);
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all === 0) return null;
  let [below, belowCount] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= share * all) {
      if (bound === Infinity || count === belowCount) return below;
      return below + (bound - below) * ((share * all - belowCount) / (count - belowCount));
    }
    [below, belowCount] = [bound, count];
  }
  return below;
}

const fits = (sample: Sample, labels: Readonly<Record<string, string>>): boolean => Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
