// Failed sign-ins as LiteLLM counts them (`failed_login_…`): so many within a window, and an address, or a name from it, is refused for a while.
import { AddressSet, invalidAddress } from './addresses.ts';
import { isIPv6 } from 'node:net';
import { maxThrottledNames } from '../lib/bounds.ts';
import type { GeneralSettings } from '../config/config.ts';
import type { Throttle } from './login-throttle.ts';

/** The settings, with what stands for those that are not there. */
export interface LoginWindowSettings {
  attempts: number;
  /** Limits of networks, the smallest network first; 0: nothing is counted. */
  overrides: readonly { network: AddressSet; attempts: number }[];
  windowMs: number;
  blockMs: number;
}

const usual = { attempts: 10, windowMs: 60_000, blockMs: 300_000 };

/** The settings of a configuration; null when it says nothing of it. */
export function loginWindowSettings(settings: GeneralSettings): LoginWindowSettings | null {
  const { maxFailedLoginAttemptsPerSource: attempts, maxFailedLoginAttemptsPerSourceOverrides: overrides, failedLoginWindowMs: windowMs, failedLoginBlockMs: blockMs } = settings;
  if (attempts === undefined && overrides === undefined && windowMs === undefined && blockMs === undefined) return null;
  return { attempts: attempts ?? usual.attempts, windowMs: windowMs ?? usual.windowMs, blockMs: blockMs ?? usual.blockMs, overrides: networksOf(overrides ?? {}) };
}

// Of two ways to write one network the one that lets more through holds.
function networksOf(overrides: Readonly<Record<string, number>>): LoginWindowSettings['overrides'] {
  const leniency = (attempts: number): number => (attempts === 0 ? Infinity : attempts);
  return Object.entries(overrides).filter(([entry]) => invalidAddress(entry) === null)
    .map(([entry, attempts]) => ({ network: new AddressSet([entry]), attempts, bits: Number(entry.split('/')[1] ?? (isIPv6(entry.trim()) ? 128 : 32)) }))
    .toSorted((one, other) => other.bits - one.bits || leniency(other.attempts) - leniency(one.attempts));
}

interface Failures {
  count: number;
  windowEndsMs: number;
  blockedUntilMs: number;
}

/** Counts so. Bounded: the longest unseen go first. */
export class LoginWindow implements Throttle {
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly settings: LoginWindowSettings, private readonly nowMs: () => number = Date.now) {}

  /** How long the next try has to wait, in milliseconds. */
  waitMs(address: string, name: string | null): number {
    if (this.limit(address) === 0) return 0;
    return Math.max(0, ...this.names(address, name).map((counted) => (this.failures.get(counted)?.blockedUntilMs ?? 0) - this.nowMs()));
  }

  /** Counts a failed try. A name that is refused now counts no further against its address: one script must not shut a whole office out. */
  failed(address: string, name: string | null): void {
    const most = this.limit(address);
    if (most === 0) return;
    const [ofAddress = '', ofName] = this.names(address, name);
    if (ofName !== undefined && this.count(ofName, Math.max(1, Math.floor(most / 2)))) return;
    this.count(ofAddress, most);
  }

  /** Forgets the failures of a name that has now signed in. */
  succeeded(address: string, name: string | null): void {
    const ofName = this.names(address, name)[1];
    if (ofName !== undefined) this.failures.delete(ofName);
  }

  private limit(address: string): number {
    return this.settings.overrides.find(({ network }) => network.has(address))?.attempts ?? this.settings.attempts;
  }

  private names(address: string, name: string | null): string[] {
    const source = sourceOf(address);
    return name === null ? [source] : [source, `${source} ${name}`];
  }

  /** True when the name is refused from now on. */
  private count(name: string, most: number): boolean {
    const now = this.nowMs();
    const { windowMs, blockMs } = this.settings;
    const before = this.failures.get(name);
    const count = before && before.windowEndsMs > now ? before.count + 1 : 1;
    const blocked = count > most;
    this.failures.delete(name);
    this.failures.set(name, { count: blocked ? 0 : count, windowEndsMs: before && count > 1 ? before.windowEndsMs : now + windowMs, blockedUntilMs: blocked ? now + blockMs : 0 });
    for (const oldest of this.failures.keys()) {
      if (this.failures.size <= maxThrottledNames) break;
      this.failures.delete(oldest);
    }
    return blocked;
  }
}

/** The bucket of an address: IPv6 by its first half, so that whoever holds a network cannot go on with its next address. */
function sourceOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = tail === undefined ? left : [...left, ...Array.from<string>({ length: Math.max(0, 8 - left.length - right.length) }).fill('0'), ...right];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
