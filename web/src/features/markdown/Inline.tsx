// What stands within a line of Markdown: emphasis, code, links, images.
import type { Token, Tokens } from 'marked';
import { useStrings } from '../../app/preferences.ts';
import { ImageOnClick } from './ImageOnClick.tsx';
import { decodeEntities, safeAddress } from './text.ts';

/** Draws inline tokens in order. */
export function Inline({ tokens }: { tokens: readonly Token[] | undefined }) {
  return tokens?.map((token, index) => <InlineToken key={index} token={token} />);
}

function InlineToken({ token }: { token: Token }) {
  switch (token.type) {
    case 'strong':
      return (
        <strong>
          <Inline tokens={token.tokens} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inline tokens={token.tokens} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inline tokens={token.tokens} />
        </del>
      );
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link link={token as Tokens.Link} />;
    case 'image': {
      const { href, text } = token as Tokens.Image;
      return <ImageOnClick address={href} description={text} />;
    }
    case 'checkbox':
      return null;
    case 'escape':
      return (token as Tokens.Escape).text;
    case 'text': {
      const { tokens, text } = token as Tokens.Text;
      return tokens ? <Inline tokens={tokens} /> : decodeEntities(text);
    }
    default:
      return token.raw;
  }
}

function Link({ link }: { link: Tokens.Link }) {
  const strings = useStrings();
  const address = safeAddress(link.href);
  if (address === null) return <Inline tokens={link.tokens} />;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={`${address} (${strings.markdown.opensElsewhere})`}>
      <Inline tokens={link.tokens} />
    </a>
  );
}
