// What checks of deployments found: the last result of each, and the last few thousand of all. In memory.
import { maxHealthRecords } from '../lib/bounds.ts';

/** The result of one check. */
export interface HealthRecord {
  deploymentId: string;
  /** The model group and the model at the provider. */
  model: string;
  providerModel: string;
  healthy: boolean;
  /** `probe`: the provider was asked. `traffic`: it had answered real requests, so that nobody asked. */
  by: 'probe' | 'traffic';
  error: string | null;
  durationMs: number | null;
  checkedMs: number;
}

/** Keeps results. */
export class HealthLog {
  private readonly records: HealthRecord[] = [];
  private readonly last = new Map<string, HealthRecord>();

  constructor(private readonly maxRecords = maxHealthRecords) {}

  add(record: HealthRecord): void {
    this.last.delete(record.deploymentId);
    this.last.set(record.deploymentId, record);
    this.records.push(record);
    // Dropped in lumps, so that adding stays cheap.
    if (this.records.length > this.maxRecords * 1.25) this.records.splice(0, this.records.length - this.maxRecords);
    if (this.last.size > this.maxRecords) for (const id of this.last.keys()) {
      this.last.delete(id);
      break;
    }
  }

  /** The last result of each deployment, the oldest first. */
  latest(): HealthRecord[] {
    return [...this.last.values()];
  }

  /** The last result of one. */
  latestOf(deploymentId: string): HealthRecord | null {
    return this.last.get(deploymentId) ?? null;
  }

  /** All results, the newest first. */
  history(): HealthRecord[] {
    return this.records.toReversed();
  }
}
