// The difference of two texts, line by line; what stayed the same is folded away.
import { useEffect, useState } from 'react';
import { configurationStrings } from './configuration-strings.ts';
import { useFormats } from '../../lib/numbers.ts';

interface Line {
  kind: 'added' | 'removed' | 'same' | 'gap';
  text: string;
}

const context = 2;

/** The way of comparing is loaded when somebody looks. */
export function DiffView({ before, after }: { before: string; after: string }) {
  const strings = configurationStrings.use();
  const formats = useFormats();
  const [lines, setLines] = useState<Line[] | null>(null);
  useEffect(() => {
    let current = true;
    void import('diff').then(({ diffLines }) => {
      const parts = diffLines(before, after).map(({ added, removed, value }) => ({ kind: added ? 'added' : removed ? 'removed' : 'same', rows: value.replace(/\n$/, '').split('\n') } as const));
      if (current) setLines(parts.flatMap((part, index) => (part.kind === 'same' ? folded(part.rows, index === 0, index === parts.length - 1, (count) => strings.unchangedLines(formats.count(count))) : part.rows.map((text) => ({ kind: part.kind, text })))));
    });
    return () => {
      current = false;
    };
  }, [before, after, strings, formats]);
  if (before === after) return <p className="hint">{strings.noChange}</p>;
  return (
    <div className="diff" tabIndex={0} role="region" aria-label={strings.diffTitle}>
      {lines?.map((line, index) => <div key={index} data-kind={line.kind}>{line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '- ' : line.kind === 'gap' ? '' : '  '}{line.text}</div>)}
    </div>
  );
}

function folded(rows: readonly string[], first: boolean, last: boolean, gap: (count: number) => string): Line[] {
  const head = first ? [] : rows.slice(0, context);
  const tail = last ? [] : rows.slice(Math.max(head.length, rows.length - context));
  const hidden = rows.length - head.length - tail.length;
  const same = (text: string): Line => ({ kind: 'same', text });
  return [...head.map(same), ...(hidden > 0 ? [{ kind: 'gap' as const, text: gap(hidden) }] : []), ...tail.map(same)];
}
