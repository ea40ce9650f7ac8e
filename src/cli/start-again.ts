// Starts this executable again with more in its environment: in the same process where the system's C library can do it, else as a
// child that gets our signals.
import { dlopen, FFIType, ptr } from 'bun:ffi';

/** The variable that has to be there before Bun starts. */
export const requestLimitVariable = 'BUN_CONFIG_MAX_HTTP_REQUESTS';

type Added = Readonly<Record<string, string>>;

const libraries = process.platform === 'darwin' ? ['libSystem.B.dylib'] : ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`];
const symbols = { execve: { args: [FFIType.ptr, FFIType.ptr, FFIType.ptr], returns: FFIType.i32 } } as const;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does not return. */
export async function startAgainWith(added: Added): Promise<never> {
  for (const library of libraries) replaceProcess(library, added);
  const child = Bun.spawn([process.execPath, ...process.argv.slice(2)], { env: { ...process.env, ...added }, stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  process.exit(await child.exited);
}

/** Comes back only when it did not work. */
function replaceProcess(library: string, added: Added): void {
  // Nothing of this may be collected before the call.
  const kept: NodeJS.TypedArray[] = [];
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(`${value}\0`);
    kept.push(bytes);
    return bytes;
  };
  const list = (values: readonly string[]): BigUint64Array => {
    const pointers = BigUint64Array.from([...values.map((value) => BigInt(ptr(text(value)))), 0n]);
    kept.push(pointers);
    return pointers;
  };
  const environment = Object.entries({ ...process.env, ...added }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  try {
    dlopen(library, symbols).symbols.execve(ptr(text(process.execPath)), ptr(list([process.execPath, ...process.argv.slice(2)])), ptr(list(environment)));
  } catch {
    // Another C library, or a process that may not load one.
  }
}
