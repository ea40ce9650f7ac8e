// Who was changed: what was remembered of them must be read anew. Changes are told here at once, to other instances by whoever listens.

/** What was changed. */
export type ChangedKind = 'key' | 'user' | 'team' | 'organization' | 'project' | 'budget' | 'access_group' | 'end_user' | 'tag' | 'model' | 'credential' | 'config' | 'session';

/** A change. `origin` tells those of other instances apart, so that they are not sent back. */
export interface AccessChange {
  kind: ChangedKind;
  id: string;
  origin: 'here' | 'elsewhere';
}

/** Hears of changes. */
export type ChangeListener = (change: AccessChange) => void;

/** Tells changes to whoever listens. */
export class AccessChanges {
  private readonly listeners = new Set<ChangeListener>();
  private endScope: (() => void) | null = null;

  /** Tells a change. Listeners run at once. */
  publish(kind: ChangedKind, id: string, origin: AccessChange['origin'] = 'here'): void {
    for (const listener of this.listeners) listener({ kind, id, origin });
  }

  /** Listens; the function that is given back ends it. */
  subscribe(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The same changes for one configuration: who listens to them there is forgotten when the next one begins. */
  scope(): Changes {
    this.endScope?.();
    const ends = new Set<() => void>();
    this.endScope = () => {
      for (const end of ends) end();
    };
    return {
      publish: (kind, id, origin) => this.publish(kind, id, origin),
      subscribe: (listener) => {
        const end = this.subscribe(listener);
        ends.add(end);
        return () => {
          ends.delete(end);
          end();
        };
      },
    };
  }
}

/** What is told and heard by those who need not know whose it is. */
export type Changes = Pick<AccessChanges, 'publish' | 'subscribe'>;
