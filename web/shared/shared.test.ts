import { expect, test } from 'bun:test';
import { attachmentKind } from './attachment.ts';
import { emptyAnswer, type Message } from './conversation.ts';
import { fileNameOf, markdownOf } from './export.ts';
import { promptOf } from './prompt.ts';

const question = (id: string, parentId: string | null, text: string, names: [string, string][] = []): Message =>
  ({ role: 'user', id, parentId, text, createdAtMs: 0, attachments: names.map(([name, mediaType]) => ({ id: name, name, mediaType, sizeBytes: 1 })) });
const answer = (id: string, parentId: string, text: string): Message => ({ ...emptyAnswer(id, parentId, 'm', 0), text, status: 'done' });

test('a model is given pictures, documents and texts each in its own form', async () => {
  const messages = [question('q', null, 'What is this?', [['a.png', 'image/png'], ['b.pdf', 'application/pdf'], ['c.md', ''], ['gone.png', 'image/png']])];
  const contents: Record<string, string> = { 'a.png': 'AAAA', 'b.pdf': 'BBBB', 'c.md': Buffer.from('``` 水').toString('base64') };
  const [system, user] = await promptOf('Be kind.', messages, 'q', ({ id }) => Promise.resolve(contents[id] ?? null));
  expect(system).toEqual({ role: 'system', content: 'Be kind.' });
  expect(user?.content).toEqual([
    { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
    { type: 'file', file: { filename: 'b.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
    { type: 'text', text: 'File c.md:\n\n````\n``` 水\n````' },
    { type: 'text', text: 'What is this?' },
  ]);
});

test('only the branch goes to the model', async () => {
  const messages = [question('1', null, 'One'), answer('2', '1', 'Two'), answer('x', '1', 'Other'), question('3', '2', 'Three')];
  expect((await promptOf('', messages, '3', () => Promise.resolve(null))).map(({ content }) => content)).toEqual(['One', 'Two', 'Three']);
});

test('kinds of files', () => {
  expect(attachmentKind({ name: 'x', mediaType: 'image/jpeg' })).toBe('image');
  expect(attachmentKind({ name: 'main.rs', mediaType: '' })).toBe('text');
  expect(attachmentKind({ name: 'x', mediaType: 'text/html' })).toBe('text');
  expect(attachmentKind({ name: 'x.svg', mediaType: 'image/svg+xml' })).toBeNull();
  expect(attachmentKind({ name: 'x.exe', mediaType: 'application/octet-stream' })).toBeNull();
});

test('a conversation as Markdown, and its file name', () => {
  const messages = [question('1', null, 'One', [['a.png', 'image/png']]), answer('2', '1', 'Two'), answer('x', '1', 'Other')];
  const text = markdownOf({ title: 'About 水', createdAtMs: 0, messages, leafId: '2' }, { you: 'You', files: 'Files' });
  expect(text).toBe('# About 水\n\n1970-01-01T00:00:00.000Z\n\n## You\n\nFiles: a.png\n\nOne\n\n## m\n\nTwo\n');
  expect(fileNameOf('../About: 水 & more', 'md')).toBe('About-水-more.md');
  expect(fileNameOf('///', 'json')).toBe('conversation.json');
});
