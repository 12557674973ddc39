// The first module, and a small one: what the page of the address needs, code and data, is
// asked for at once and not one after the other. Styles come with main: a script waits for
// all that are in the document before it.
import { beginCalls } from './api/early';
import { firstLanguage, textsOf } from './i18n/languages';
import { pageAt, pages } from './pages';
import { splitHash } from './shell/hash';

const { path } = splitHash(location.hash);
beginCalls(path);
const main = import('./main');
// That they cannot be loaded is said where they are needed.
for (const early of [textsOf(firstLanguage()), pages[pageAt(path)]()]) early.catch(() => undefined);
await main;
