import { useLocation } from 'wouter';
import { openStart } from '@/rooms/start';
import { useShortcut } from '@/widgets';
import { PAGES, planOf } from './pages';
import { useActiveNames } from './run-strip';

/** The filter of the page that is shown, if it has one. */
function filterOf(main: HTMLElement | null): HTMLInputElement | null {
  return main?.querySelector<HTMLInputElement>('input[data-page-filter], [data-page-filter] input, input[type="search"]') ?? null;
}

const path = (name: string) => PAGES.find((page) => page.name === name)?.path ?? '/';

/** The keys that work on every page. */
export function useShellKeys(showSheet: () => void): void {
  const [here, navigate] = useLocation();
  const [run] = useActiveNames();
  useShortcut('g p', () => navigate(path('plans')));
  useShortcut('g s', () => navigate(path('scripts')));
  useShortcut('g w', () => navigate(path('workers')));
  useShortcut('g r', () => navigate(path('runs')));
  useShortcut('g l', () => run && navigate(`/runs/${run.number}`));
  useShortcut('mod+shift+Enter', () => openStart(planOf(here) ?? ''));
  useShortcut('?', showSheet);
  useShortcut('/', () => filterOf(document.getElementById('content'))?.focus());
}
