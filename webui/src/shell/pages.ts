import { IconFileCode, IconHelp, IconHistory, IconListCheck, IconServer2, IconSettings, type Icon } from '@tabler/icons-react';

export interface Page {
  name: 'plans' | 'scripts' | 'workers' | 'runs' | 'settings' | 'help';
  path: string;
  icon: Icon;
  /** The keys that go there. */
  keys?: string;
}

/** The places of the navigation, in its order. */
export const PAGES: readonly Page[] = [
  { name: 'plans', path: '/plans', icon: IconListCheck, keys: 'g p' },
  { name: 'scripts', path: '/scripts', icon: IconFileCode, keys: 'g s' },
  { name: 'workers', path: '/workers', icon: IconServer2, keys: 'g w' },
  { name: 'runs', path: '/runs', icon: IconHistory, keys: 'g r' },
  { name: 'settings', path: '/settings', icon: IconSettings },
  { name: 'help', path: '/help', icon: IconHelp },
];

/** The place to which a path belongs. */
export function pageOf(path: string): Page | undefined {
  return PAGES.find((page) => path === page.path || path.startsWith(`${page.path}/`));
}

/** The plan whose editor has this path. */
export function planOf(path: string): string | undefined {
  const name = /^\/plans\/([^/]+)/.exec(path)?.[1];
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}
