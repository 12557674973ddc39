// The code of each page, by the first part of its path. All of a page is loaded when it is gone to.
export const pages = {
  '': () => import('./rooms/welcome'),
  plans: () => import('./rooms/plans'),
  editor: () => import('./rooms/editor'),
  scripts: () => import('./rooms/scripts'),
  workers: () => import('./rooms/workers'),
  runs: () => import('./rooms/runs'),
  run: () => import('./rooms/run'),
  settings: () => import('./rooms/settings'),
  help: () => import('./rooms/help'),
};

const deeper: Partial<Record<string, keyof typeof pages>> = { plans: 'editor', runs: 'run' };

/** The page that a path such as "/runs/7" leads to. */
export function pageAt(path: string): keyof typeof pages {
  const [, first = '', second = ''] = path.split('/');
  if (second !== '' && Object.hasOwn(deeper, first)) return deeper[first] ?? '';
  return Object.hasOwn(pages, first) && first !== 'editor' && first !== 'run' ? (first as keyof typeof pages) : '';
}
