// The configuration file as the dashboard sees and changes it: checked before it is written, each earlier text kept, a change by somebody else noticed.
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { explainAll, type FieldOrigin } from '../../config/explain-field.ts';
import { loadConfigText } from '../../config/load.ts';
import { maxConfigurationHistory } from '../../lib/bounds.ts';
import { withoutSecrets, withSecrets } from './kept-secrets.ts';
import type { Environment } from '../../config/resolve-environment.ts';
import type { Problem } from '../../config/problem.ts';

/** The file as it is shown. */
export interface ShownConfiguration {
  file: string;
  text: string;
  etag: string;
  writable: boolean;
  fields: FieldOrigin[];
  history: { id: string; time: string }[];
}

/** What became of an attempt to change it. */
export type ConfigurationChange =
  /** The texts are without their secrets; `restores`: the earlier version that the new text is. */
  | { kind: 'written'; problems: readonly Problem[]; before: string; after: string; restores: string | null }
  | { kind: 'refused'; problems: readonly Problem[] }
  | { kind: 'changed-meanwhile' }
  | { kind: 'read-only' };

/** One configuration file. */
export class ConfigurationFile {
  constructor(private readonly path: string, private readonly environment: Environment) {}

  /** What people call it. */
  get name(): string {
    return basename(this.path);
  }

  /** The file, its secrets taken out. */
  show(): ShownConfiguration {
    const text = readFileSync(this.path, 'utf8');
    return { file: this.path, text: withoutSecrets(text), etag: etagOf(text), writable: this.writable(), fields: explainAll(this.path, this.environment), history: this.history() };
  }

  /** What is wrong with a text, secrets put back. */
  check(text: string): readonly Problem[] {
    const whole = this.restore(text);
    return 'problems' in whole ? whole.problems : problemsOf(loadConfigText(whole.text, this.environment, this.path));
  }

  /** Writes a text that loads. `etag` is that of the text which was changed. */
  write(text: string, etag: string): ConfigurationChange {
    const present = readFileSync(this.path, 'utf8');
    if (etagOf(present) !== etag) return { kind: 'changed-meanwhile' };
    if (!this.writable()) return { kind: 'read-only' };
    const whole = this.restore(text);
    if ('problems' in whole) return { kind: 'refused', problems: whole.problems };
    const loaded = loadConfigText(whole.text, this.environment, this.path);
    if (loaded.kind === 'error') return { kind: 'refused', problems: loaded.problems };
    const [before, after] = [withoutSecrets(present), withoutSecrets(whole.text)];
    const restores = this.history().find(({ id }) => this.earlier(id) === after)?.id ?? null;
    this.keep(present);
    // A file that is mounted alone cannot be replaced, only written.
    const mode = statSync(this.path).mode & 0o777;
    const fresh = `${this.path}.new`;
    try {
      writeFileSync(fresh, whole.text, { mode });
      chmodSync(fresh, mode);
      renameSync(fresh, this.path);
    } catch {
      rmSync(fresh, { force: true });
      writeFileSync(this.path, whole.text);
    }
    return { kind: 'written', problems: loaded.warnings, before, after, restores };
  }

  /** An earlier text, its secrets taken out; null when there is none of this name. */
  earlier(id: string): string | null {
    const path = this.historyPath(id);
    return path !== null && existsSync(path) ? withoutSecrets(readFileSync(path, 'utf8')) : null;
  }

  private restore(text: string): { text: string } | { problems: readonly Problem[] } {
    const earlier = [readFileSync(this.path, 'utf8'), ...this.history().map(({ id }) => readFileSync(join(this.folder(), `${id}.yaml`), 'utf8'))];
    const { text: whole, unknown } = withSecrets(text, earlier);
    if (unknown === null) return { text: whole };
    const line = text.slice(0, text.indexOf(unknown)).split('\n').length;
    return { problems: [{ severity: 'error', file: this.path, line, column: 1, path: '', message: `${unknown} stands for a secret that is not known any more; write the secret itself, or os.environ/NAME` }] };
  }

  private writable(): boolean {
    try {
      accessSync(this.path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  }

  private folder(): string {
    return join(dirname(this.path), '.weir', 'configuration-history', basename(this.path));
  }

  private historyPath(id: string): string | null {
    return /^[\dTZ-]{10,40}$/.test(id) ? join(this.folder(), `${id}.yaml`) : null;
  }

  private history(): { id: string; time: string }[] {
    const folder = this.folder();
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((name) => name.endsWith('.yaml')).toSorted().toReversed()
      .map((name) => ({ id: name.slice(0, -5), time: name.slice(0, -5).replace(/T(\d\d)-(\d\d)-(\d\d)-(\d+)Z/, 'T$1:$2:$3.$4Z') }));
  }

  private keep(text: string): void {
    mkdirSync(this.folder(), { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder(), `${new Date().toISOString().replace(/[:.]/g, '-')}.yaml`), text, { mode: 0o600 });
    for (const { id } of this.history().slice(maxConfigurationHistory)) rmSync(join(this.folder(), `${id}.yaml`), { force: true });
  }
}

const etagOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);

function problemsOf(loaded: ReturnType<typeof loadConfigText>): readonly Problem[] {
  return loaded.kind === 'error' ? [...loaded.problems, ...loaded.warnings] : loaded.warnings;
}
