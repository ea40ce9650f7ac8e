// What the kernel knows about a process and its children: CPU time and memory, from /proc (so: Linux).
import { readdirSync, readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Bun runs on. */
const ticksPerSecond = 100;

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  /** User and system time of the process and of its ended, waited-for children. */
  readonly ticks: number;
}

function readProcess(pid: number): ProcessLine | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold blanks; behind it come state, ppid, … and utime, stime, cutime, cstime as 14th to 17th field.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), ticks };
  } catch {
    return undefined;
  }
}

function family(root: number): ProcessLine[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => readProcess(Number(name)) ?? []);
  const members = all.filter(({ pid }) => pid === root);
  for (const member of members) members.push(...all.filter(({ parent }) => parent === member.pid));
  return members;
}

/** CPU time that a process and its children used so far, in microseconds, in steps of 10,000. */
export function cpuTimeUs(pid: number): number {
  return family(pid).reduce((sum, { ticks }) => sum + ticks, 0) * (1_000_000 / ticksPerSecond);
}

/** Resident memory of a process and its children, in megabytes of 2^20 bytes. Shared pages count once for each. */
export function residentMb(pid: number): number {
  const kilobytes = family(pid).map((member) => {
    try {
      return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${member.pid}/status`, 'latin1'))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return kilobytes.reduce((sum, size) => sum + size, 0) / 1024;
}

/** The middle of some numbers; NaN when there are none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The smallest value that at least `percent` of the values do not exceed; for an even count, the median is between two. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return low + (high - low) * (rank - Math.floor(rank));
}
