// Keys and teams with a budget, those first that have used the largest part of it.
import { addressOf } from '../../app/location.ts';
import { gateway } from '../../api/gateway.ts';

/** Something with a budget. */
export interface Limited {
  id: string;
  kind: 'key' | 'team';
  name: string;
  spend: number;
  budget: number;
  resetsAt: string | null;
  href: string;
  /** Its limits refuse nothing and are written down. */
  shadow: boolean;
}

const shown = 20;
// The dearest ones are looked through: whoever is near a budget has spent something.
const looked = 100;

/** Of all, or of one team and its keys. */
export async function loadLimited(team: string | null, signal: AbortSignal): Promise<Limited[]> {
  const [keys, teams] = await Promise.all([
    gateway.keys.list({ size: looked, sortBy: 'spend', sortOrder: 'desc', ...(team !== null && { team_id: team }) }, signal),
    team === null ? gateway.teams.list({ size: looked, sortBy: 'spend', sortOrder: 'desc' }, signal) : gateway.teams.info(team, signal).then((found) => ({ items: [found.team] })),
  ]);
  const all: Limited[] = [
    ...keys.items.flatMap((key): Limited[] => (key.max_budget === null ? [] : [{
      id: key.token, kind: 'key', name: key.key_alias || key.key_name, spend: key.spend, budget: key.max_budget, resetsAt: key.budget_reset_at, href: addressOf('/keys', { key: key.token }), shadow: key.metadata['shadow_limits'] === true,
    }])),
    ...teams.items.flatMap((each): Limited[] => (each.max_budget === null ? [] : [{
      id: each.team_id, kind: 'team', name: each.team_alias || each.team_id, spend: each.spend, budget: each.max_budget, resetsAt: each.budget_reset_at, href: addressOf('/teams', { id: each.team_id }), shadow: each.metadata?.['shadow_limits'] === true,
    }])),
  ];
  const share = ({ spend, budget }: Limited): number => (budget > 0 ? spend / budget : 1);
  return all.toSorted((a, b) => share(b) - share(a)).slice(0, shown);
}
