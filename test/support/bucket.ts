// A bucket for tests: the part of S3's interface that the response cache uses, in memory. It stands for a paid service, and wants signed requests.

/** A running bucket. */
export interface TestBucket {
  url: string;
  objects: Map<string, Uint8Array<ArrayBuffer>>;
  stop(): Promise<void>;
}

/** Starts one. Requests without the access key in their signature are refused. */
export function startBucket(accessKey: string): TestBucket {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const server = Bun.serve({
    port: 0, hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const signed = request.headers.get('authorization') ?? searchParams.get('X-Amz-Credential') ?? '';
      if (!signed.includes(accessKey)) return new Response('<Error><Code>AccessDenied</Code></Error>', { status: 403 });
      const object = objects.get(pathname);
      switch (request.method) {
        case 'PUT':
          objects.set(pathname, new Uint8Array(await request.arrayBuffer()));
          return new Response(null, { headers: { etag: '"1"' } });
        case 'DELETE':
          objects.delete(pathname);
          return new Response(null, { status: 204 });
        case 'HEAD':
          return new Response(null, { status: object ? 200 : 404, headers: { 'content-length': String(object?.length ?? 0) } });
        default:
          return object ? new Response(object) : new Response('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>', { status: 404, headers: { 'content-type': 'application/xml' } });
      }
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, objects, stop: () => server.stop(true) };
}

/** How a service's interface differs. */
export interface HttpBucketForm {
  /** The object's name in a request's address; empty: a list is asked for. */
  nameOf(url: URL): string;
  written(name: string): Response;
  missing(): Response;
  listed(names: string[]): Response;
  /** An answer instead of the usual one. */
  refuses?(request: Request): Response | null;
}

/** Starts a bucket that wants a bearer token. It stands for a paid service, with the answers that its documentation shows. */
export function startHttpBucket(others: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>, form: HttpBucketForm): TestBucket & { authorizations: Set<string> } {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const authorizations = new Set<string>();
  const server = Bun.serve({
    port: 0, hostname: '127.0.0.1',
    async fetch(request) {
      const url = new URL(request.url);
      const other = others[url.pathname];
      if (other) return other(request);
      const authorization = request.headers.get('authorization') ?? '';
      authorizations.add(authorization);
      if (!authorization.startsWith('Bearer ')) return new Response(null, { status: 401 });
      const refused = form.refuses?.(request);
      if (refused) return refused;
      const name = form.nameOf(url);
      if (name === '') return form.listed([...objects.keys()]);
      const object = objects.get(name);
      switch (request.method) {
        case 'PUT': case 'POST':
          objects.set(name, new Uint8Array(await request.arrayBuffer()));
          return form.written(name);
        case 'DELETE': return objects.delete(name) ? new Response(null, { status: 204 }) : form.missing();
        default: return object ? new Response(object) : form.missing();
      }
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, objects, authorizations, stop: () => server.stop(true) };
}
