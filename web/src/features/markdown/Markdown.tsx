// Shows Markdown that a model wrote. The parser's tokens become React elements one by one: there is no HTML text
// anywhere on the way, so none can run. HTML in an answer is shown as the text that it is.
import { marked, type Token } from 'marked';
import { memo } from 'react';
import { Blocks } from './Blocks.tsx';

/** `growing` while more is coming. Blocks that did not change are not drawn again. */
export default function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const tokens = marked.lexer(text, { gfm: true, breaks: false });
  // References (`[1]: …`) may come last, and change blocks above whose text stays: a finished answer is drawn anew.
  return tokens.map((token, index) => <Block key={`${index}-${growing}`} token={token} />);
}

const Block = memo(
  ({ token }: { token: Token }) => <Blocks tokens={[token]} />,
  (before, after) => before.token.raw === after.token.raw && before.token.type === after.token.type,
);
