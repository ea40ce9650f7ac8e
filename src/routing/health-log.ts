// What checks of deployments found: the last result of each, and the last few thousand of all. In memory, and in the database where there
// is one.
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
  /** It failed, but only because the provider was busy. */
  transient: boolean;
  error: string | null;
  durationMs: number | null;
  checkedMs: number;
}

/** Which results are asked for. */
export interface HealthQuery {
  /** The model group, or a deployment's id. */
  model: string | null;
  status: string | null;
  limit: number;
  offset: number;
}

/** Where results outlast the process. */
export interface HealthArchive {
  /** Writes a result down, when it tells something new; nobody waits for it. */
  keep(record: HealthRecord): void;
  /** The last result of each deployment. */
  latest(): Promise<HealthRecord[]>;
  /** Results, the newest first, and how many there are. */
  history(query: HealthQuery): Promise<{ records: HealthRecord[]; total: number }>;
}

/** Keeps results. */
export class HealthLog {
  private readonly records: HealthRecord[] = [];
  private readonly last = new Map<string, HealthRecord>();
  /** The database; null: none. */
  table: HealthArchive | null = null;

  constructor(private readonly maxRecords = maxHealthRecords) {}

  add(record: HealthRecord): void {
    this.table?.keep(record);
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
