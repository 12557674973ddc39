import { useCallback, useState } from 'react';

/** How far below the top of the page something begins, in pixels, also after banners and the like above it have come or gone. */
export function useTop(): [top: number, ref: (element: HTMLElement | null) => (() => void) | undefined] {
  const [top, setTop] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    const measure = () => setTop(Math.round(element.getBoundingClientRect().top + scrollY));
    measure();
    // Whatever comes above makes the page longer, or what is around the element.
    const sizes = new ResizeObserver(measure);
    for (let box = element.parentElement; box; box = box.parentElement) sizes.observe(box);
    return () => sizes.disconnect();
  }, []);
  return [top, ref];
}
