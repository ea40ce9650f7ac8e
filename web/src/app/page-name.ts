// The names of the pages.

/** The names of the pages, in the order of the menu. */
export type PageName =
  | 'home' | 'chat' | 'playground' | 'setup' | 'mine' | 'models' | 'providers' | 'routing' | 'prices'
  | 'keys' | 'teams' | 'budgets' | 'logs' | 'usage' | 'alerts' | 'configuration' | 'audit' | 'system';
