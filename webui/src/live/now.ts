import { useEffect, useReducer } from 'react';

/** In ms: with a message each second nothing is written between them. */
const FIRST = 1_500;
const EVERY = 1_000;

/** The time when the news came, moving on while none does and the page is looked at. */
export function useNow(news: unknown): number {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const look = () => {
      if (!document.hidden) again();
      timer = setTimeout(look, EVERY);
    };
    let timer = setTimeout(look, FIRST);
    return () => clearTimeout(timer);
  }, [news]);
  return Date.now();
}
