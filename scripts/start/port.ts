// Looks at ports before anything is started on them.

/** `ok` with the port to use (a free one for 0), or why it cannot be used. */
export type Port = { readonly kind: 'ok'; readonly port: number } | { readonly kind: 'error'; readonly message: string };

/** Tries to listen, for a moment. `flag` is how another port is chosen. */
export function checkPort(host: string, port: number, flag: string): Port {
  try {
    const probe = Bun.listen({ hostname: host, port, socket: { data() {} } });
    const found = probe.port;
    probe.stop(true);
    return { kind: 'ok', port: found };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EADDRINUSE') return { kind: 'error', message: `Port ${port} is taken. Stop what listens there, or choose another one with ${flag}.` };
    if (code === 'EACCES') return { kind: 'error', message: `This user may not listen on port ${port}; choose one above 1023 with ${flag}.` };
    return { kind: 'error', message: `Cannot listen on ${host}, port ${port}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
