// The dashboard's page and files, at `/ui`.
import { Site } from '../site.ts';
import type { Handler } from '../route.ts';

const site = new Site();

const notBuilt = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Weir</title></head>
<body><h1>Weir</h1><p>The dashboard is not built yet. <code>./start.sh</code> builds it, and <code>scripts/build-web.sh</code> does so alone. Load this page again then.</p>
<p lang="zh-CN">仪表板尚未构建。<code>./start.sh</code> 会构建它，也可以单独运行 <code>scripts/build-web.sh</code>，然后刷新本页。</p></body></html>
`;

/** `GET /ui`: to the page itself, whose addresses are relative to `/ui/`. */
export const toDashboard: Handler = ({ search }) => new Response(null, { status: 307, headers: { location: `/ui/${search === '' ? '' : `?${search}`}` } });

/** `GET /ui/…`: a file, or the page, which finds out itself what it is to show. */
export const dashboard: Handler = async ({ request, params }) => {
  const pack = await site.read();
  if (!pack) return new Response(notBuilt, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'", 'retry-after': '3' } });
  const path = params['path'] ?? '';
  const isFile = path.startsWith('assets/') || /\.[a-z0-9]+$/.test(path);
  const name = isFile ? path : 'index.html';
  const file = pack.files.get(name);
  if (!file) return new Response('Not Found', { status: 404, headers: { 'content-type': 'text/plain', ...pack.headers } });
  const headers = new Headers({
    ...pack.headers, 'content-type': file.type, 'etag': file.etag, 'vary': 'accept-encoding',
    'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.headers.get('if-none-match') === file.etag) return new Response(null, { status: 304, headers });
  if (!file.gzipped) return new Response(file.bytes, { headers });
  if (!/\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')) return new Response(Bun.gunzipSync(file.bytes), { headers });
  headers.set('content-encoding', 'gzip');
  return new Response(file.bytes, { headers });
};
