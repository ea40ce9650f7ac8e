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
