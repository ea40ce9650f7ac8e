// What the ledger tells of itself.

/** What the ledger is doing, for metrics and health. */
export interface LedgerState {
  /** Bytes of entries that are not in the database yet. */
  waitingBytes: number;
  /** Entries that are nowhere: no room, no disk. */
  lost: number;
  /** Entries that the database refuses; they are in `rejected.jsonl`. */
  rejected: number;
  /** Since when the database is away; null: it is not. */
  awaySinceMs: number | null;
}
