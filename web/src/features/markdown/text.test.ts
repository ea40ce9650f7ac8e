import { expect, test } from 'bun:test';
import { decodeEntities, imageHost, safeAddress } from './text.ts';

test('entities become characters, unknown ones stay', () => {
  expect(decodeEntities('a &lt;b&gt; &amp;amp; &#65;&#x4e2d; &nosuch; &#0; &#99999999;')).toBe('a <b> &amp; A中 &nosuch; &#0; &#99999999;');
});

test('only addresses of web and mail are links', () => {
  expect(safeAddress('https://example.com/a?b')).toBe('https://example.com/a?b');
  expect(safeAddress('mailto:a@example.com')).toBe('mailto:a@example.com');
  for (const address of ['javascript:alert(1)', ' JavaScript:alert(1)', 'java&#115;cript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', '/relative', '//host', '']) {
    expect(safeAddress(address)).toBeNull();
  }
});

test('images come from https only', () => {
  expect(imageHost('https://pictures.example/a.png')).toBe('pictures.example');
  expect(imageHost('http://pictures.example/a.png')).toBeNull();
  expect(imageHost('data:image/png;base64,AAAA')).toBeNull();
});
