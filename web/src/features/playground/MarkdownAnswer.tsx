// An answer as formatted text, with the chat's own renderer: never as HTML.
import '../../styles/prose.css';
import Markdown from '../markdown/Markdown.tsx';

/** See the top of the file. */
export default function MarkdownAnswer({ text, growing }: { text: string; growing: boolean }) {
  return (
    <div className="prose" data-growing={growing}>
      <Markdown text={text} growing={growing} />
    </div>
  );
}
