// Where one can go, as one table: the menu, the palette and the tests are made from it. No more than twenty.
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import {
  Bell, BookKey, ChartColumn, CircleDollarSign, Cpu, FileCog, FlaskConical, Gauge, House, KeyRound, MessageSquare, Network, Plug, ScrollText, ServerCog, Split, UserRound, UsersRound, type LucideIcon,
} from 'lucide-react';
import type { PageName } from './page-name.ts';

/** The headings of the menu. */
export type GroupName = 'use' | 'models' | 'access' | 'observe' | 'admin';

/** One destination. */
export interface Destination {
  name: PageName;
  path: string;
  group: GroupName | null;
  icon: LucideIcon;
  /** Who has something to see there. */
  audience: 'everybody' | 'administrators';
  page: LazyExoticComponent<ComponentType>;
}

const againMs = 2_000;

// A page whose script does not arrive waits for the gateway: what was refused once would be refused for ever.
async function patiently<Page>(load: () => Promise<Page>): Promise<Page> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      // Browsers say by a TypeError that a script could not be fetched; whatever else is thrown is a fault of the page.
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}

const row = (name: PageName, group: GroupName | null, icon: LucideIcon, audience: Destination['audience'], load: () => Promise<{ default: ComponentType }>, path = `/${name}`): Destination =>
  ({ name, group, icon, audience, path, page: lazy(() => patiently(load)) });

/** All of them. */
export const destinations: readonly Destination[] = [
  row('home', null, House, 'everybody', () => import('../features/home/HomePage.tsx'), '/'),
  row('chat', 'use', MessageSquare, 'everybody', () => import('../features/chat/ChatPage.tsx')),
  row('playground', 'use', FlaskConical, 'everybody', () => import('../features/playground/PlaygroundPage.tsx')),
  row('setup', 'use', Plug, 'everybody', () => import('../features/setup/SetupPage.tsx')),
  row('mine', 'use', UserRound, 'everybody', () => import('../features/mine/MinePage.tsx')),
  row('models', 'models', Cpu, 'everybody', () => import('../features/models/ModelsPage.tsx')),
  row('providers', 'models', Network, 'administrators', () => import('../features/providers/ProvidersPage.tsx')),
  row('routing', 'models', Split, 'administrators', () => import('../features/routing/RoutingPage.tsx')),
  row('prices', 'models', CircleDollarSign, 'everybody', () => import('../features/prices/PricesPage.tsx')),
  row('keys', 'access', KeyRound, 'administrators', () => import('../features/keys/KeysPage.tsx')),
  row('teams', 'access', UsersRound, 'administrators', () => import('../features/teams/TeamsPage.tsx')),
  row('budgets', 'access', Gauge, 'administrators', () => import('../features/budgets/BudgetsPage.tsx')),
  row('logs', 'observe', ScrollText, 'everybody', () => import('../features/logs/LogsPage.tsx')),
  row('usage', 'observe', ChartColumn, 'everybody', () => import('../features/usage/UsagePage.tsx')),
  row('alerts', 'observe', Bell, 'administrators', () => import('../features/alerts/AlertsPage.tsx')),
  row('configuration', 'admin', FileCog, 'administrators', () => import('../features/configuration/ConfigurationPage.tsx')),
  row('audit', 'admin', BookKey, 'administrators', () => import('../features/audit/AuditPage.tsx')),
  row('system', 'admin', ServerCog, 'administrators', () => import('../features/system/SystemPage.tsx')),
];

/** The destination of a path: the one whose path it is or lies below. */
export function destinationOf(path: string): Destination | null {
  return destinations.find((known) => path === known.path || (known.path !== '/' && path.startsWith(`${known.path}/`))) ?? null;
}
