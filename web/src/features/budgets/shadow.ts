// Puts limits into shadow mode, where they refuse nothing and are written down, and back into force: those of one thing by its metadata, those of a kind
// of things by the configuration.
import { budgetsStrings } from './budgets-strings.ts';
import { change } from '../../ui/change.ts';
import { gateway } from '../../api/gateway.ts';
import type { ScopeKind } from '../../../../client/index.ts';

/** Kinds whose things can be switched one by one. */
export const switchable = ['key', 'team', 'user'] as const satisfies readonly ScopeKind[];

/** Whether one thing of this kind can be switched. */
export const isSwitchable = (kind: ScopeKind): kind is (typeof switchable)[number] => (switchable as readonly ScopeKind[]).includes(kind);

/** Switches the limits of one thing, with the way back. */
export function switchShadow({ kind, id, name }: { kind: (typeof switchable)[number]; id: string; name: string }, shadow: boolean): void {
  const strings = budgetsStrings.now();
  void change({
    keys: [['refusals'], ['keys'], ['teams'], ['users']], done: shadow ? strings.nowShadow(name) : strings.nowEnforced(name),
    run: () => write(kind, id, shadow), undo: () => write(kind, id, !shadow),
  });
}

async function write(kind: (typeof switchable)[number], id: string, shadow: boolean): Promise<unknown> {
  const merged = (metadata: Record<string, unknown> | null | undefined): { metadata: Record<string, unknown> } => {
    const { shadow_limits: _before, ...rest } = metadata ?? {};
    return { metadata: shadow ? { ...rest, shadow_limits: true } : rest };
  };
  switch (kind) {
    case 'key': return gateway.keys.update(id, merged((await gateway.keys.info(id)).metadata));
    case 'team': return gateway.teams.update(id, merged((await gateway.teams.info(id)).team.metadata));
    case 'user': return gateway.users.update(id, merged((await gateway.users.info(id)).metadata));
  }
}
