import { expect, it } from 'vitest';
import { pageAt } from './pages';

it('the page of a path is the one that its route shows', () => {
  expect(['/', '/plans', '/plans/shop', '/plans/shop/users', '/scripts/lib/a.lua', '/runs', '/runs/7', '/workers', '/run', '/editor', '/nowhere/7', '/constructor', '/toString/7'].map(pageAt)).toEqual(
    ['', 'plans', 'editor', 'editor', 'scripts', 'runs', 'run', 'workers', '', '', '', '', ''],
  );
});
