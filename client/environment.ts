// Reads an environment variable where there is an environment (Bun, Node), and nothing where there is none (browsers).

interface HasEnvironment {
  process?: { env?: Record<string, string | undefined> };
}

/** The variable's value; undefined when it is unset or empty. */
export function environmentVariable(name: string): string | undefined {
  return (globalThis as HasEnvironment).process?.env?.[name] || undefined;
}
