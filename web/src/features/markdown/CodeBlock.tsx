// A block of code with its language, a button to copy it, and colours as soon as the highlighter is there.
import { memo, type ReactNode, useEffect, useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';

type Highlight = typeof import('./highlight.ts').highlight;
type Nodes = NonNullable<ReturnType<Highlight>>['children'];

// Loaded once, with the first block of code.
let highlight: Highlight | null = null;
const maxHighlightedCharacters = 40_000;

/** `language` is what stands behind the opening fence; it may be empty or unknown. */
export const CodeBlock = memo(({ code, language }: { code: string; language: string }) => {
  const { markdown } = useStrings();
  const [ready, setReady] = useState(highlight !== null);
  useEffect(() => {
    if (ready) return;
    // Without colours the code is still there to read.
    import('./highlight.ts').then(
      (loaded) => {
        highlight = loaded.highlight;
        setReady(true);
      },
      () => undefined,
    );
  }, [ready]);
  const tree = ready && highlight && code.length <= maxHighlightedCharacters ? highlight(code, language) : null;
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language}</span>
        <CopyButton label={markdown.copyCode} text={() => code} size={15} />
      </figcaption>
      <pre tabIndex={0} role="region" aria-label={markdown.code(language)}>
        <code>{tree ? nodesOf(tree.children) : code}</code>
      </pre>
    </figure>
  );
});

function nodesOf(nodes: Nodes): ReactNode {
  return nodes.map((node, index) => {
    if (node.type === 'text') return node.value;
    if (node.type !== 'element') return null;
    const classes = node.properties.className;
    return (
      <span key={index} className={Array.isArray(classes) ? classes.join(' ') : undefined}>
        {nodesOf(node.children)}
      </span>
    );
  });
}
