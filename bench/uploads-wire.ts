// The two ends of `uploads.ts`: a client that sends a form of any size from one block, and a provider that reads it and keeps nothing.
import { X509Certificate } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const block = Buffer.from(Array.from({ length: 256 * 1024 }, (_, index) => (index * 2654435761) >>> 24));

/** A provider that answers every request with a transcript, once it has all of it. */
export async function startProvider(tls: boolean): Promise<{ url: string; stop(): void }> {
  const answer = '{"text":"hello"}';
  const server = Bun.listen<{ head: string; left: number }>({
    hostname: '127.0.0.1', port: 0, ...(tls && { tls: certificate() }),
    socket: {
      open(socket) {
        socket.data = { head: '', left: 0 };
      },
      data(socket, bytes) {
        const { data } = socket;
        let body = bytes.length;
        if (data.left === 0) {
          data.head += bytes.toString('latin1');
          const end = data.head.indexOf('\r\n\r\n');
          if (end === -1) return;
          data.left = Number(/content-length: (\d+)/i.exec(data.head)?.[1] ?? 0);
          body = data.head.length - end - 4;
          data.head = '';
        }
        data.left -= body;
        if (data.left === 0) socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`);
      },
    },
  });
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

/** A certificate that nobody knows, by `openssl`. */
function certificate(): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'weir-uploads-'));
  try {
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=localhost'], { cwd: folder });
    const cert = readFileSync(join(folder, 'cert.pem'), 'utf8');
    if (!new X509Certificate(cert).subject.includes('localhost')) throw new Error('openssl made no certificate');
    return { key: readFileSync(join(folder, 'key.pem'), 'utf8'), cert };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sends a form with a file of this size, as fast as it is taken. Rejects when the answer is not a good one. */
export function upload(port: number, key: string, fileBytes: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const begin = '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nears\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n';
  const end = '\r\n--b--\r\n';
  const head = `POST /v1/audio/transcriptions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${key}\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${begin.length + fileBytes + end.length}\r\n\r\n`;
  let left: Buffer[] = [Buffer.from(head + begin)];
  let toCome = fileBytes;
  let came = '';
  const send = (socket: { write(bytes: Uint8Array): number }): void => {
    for (;;) {
      const [piece] = left;
      if (!piece) return;
      const taken = Math.max(0, socket.write(piece));
      if (taken < piece.length) {
        left[0] = piece.subarray(taken);
        return;
      }
      left.shift();
      if (left.length > 0) continue;
      const next = block.subarray(0, Math.min(block.length, toCome));
      toCome -= next.length;
      if (next.length > 0) left = toCome > 0 ? [next] : [next, Buffer.from(end)];
    }
  };
  void Bun.connect({
    hostname: '127.0.0.1', port,
    socket: {
      open: send, drain: send,
      data: (_socket, bytes) => void (came += bytes.toString('latin1')),
      close: () => (came.startsWith('HTTP/1.1 200 ') ? resolve() : reject(new Error(`the gateway answered: ${came.slice(0, 200)}`))),
      connectError: (_socket, error) => reject(error),
    },
  }).catch(reject);
  return promise;
}
