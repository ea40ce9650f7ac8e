// The blocks of Markdown: paragraphs, headings, lists, tables, quotations, code.
import type { Token, Tokens } from 'marked';
import { createElement, type ReactNode } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { CodeBlock } from './CodeBlock.tsx';
import { Inline } from './Inline.tsx';

/** Draws blocks in order. */
export function Blocks({ tokens }: { tokens: readonly Token[] }) {
  return tokens.map((token, index) => <Block key={index} token={token} />);
}

function Block({ token }: { token: Token }) {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading': {
      // The page has h1 and h2 itself; headings in answers start below.
      const { depth, tokens } = token as Tokens.Heading;
      return createElement(`h${Math.min(depth + 2, 6)}`, { 'data-depth': depth }, <Inline tokens={tokens} />);
    }
    case 'paragraph':
      return (
        <p>
          <Inline tokens={(token as Tokens.Paragraph).tokens} />
        </p>
      );
    case 'text': {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? <Inline tokens={tokens} /> : text;
    }
    case 'code': {
      const { text, lang } = token as Tokens.Code;
      return <CodeBlock code={text} language={/^\S*/.exec(lang ?? '')?.[0] ?? ''} />;
    }
    case 'blockquote':
      return (
        <blockquote>
          <Blocks tokens={(token as Tokens.Blockquote).tokens} />
        </blockquote>
      );
    case 'list':
      return <List list={token as Tokens.List} />;
    case 'table':
      return <Table table={token as Tokens.Table} />;
    case 'hr':
      return <hr />;
    default:
      return <p className="plain">{token.raw}</p>;
  }
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index} className={item.task ? 'task' : undefined}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} readOnly disabled aria-label={item.text.slice(0, 80)} />}
      <Blocks tokens={item.tokens.filter(({ type }) => type !== 'checkbox')} />
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { table: Tokens.Table }) {
  const strings = useStrings();
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={strings.markdown.table}>
      <table>
        <thead>
          <tr>{table.header.map((head, index) => cellOf(head, index, 'th'))}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, rowIndex) => (
            <tr key={rowIndex}>{row.map((entry, index) => cellOf(entry, index, 'td'))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellOf({ tokens, align }: Tokens.TableCell, index: number, tag: 'th' | 'td'): ReactNode {
  const scope = tag === 'th' ? 'col' : undefined;
  return createElement(tag, { key: index, 'data-align': align ?? undefined, scope }, <Inline tokens={tokens} />);
}
