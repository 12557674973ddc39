import type { ReactNode } from 'react';

// The owner of src/shell replaces this: header, navigation, run strip, palette, shortcuts.
export function Shell({ children }: { children: ReactNode }) {
  return <main>{children}</main>;
}
