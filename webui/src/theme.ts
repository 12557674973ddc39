import { createTheme, mergeThemeOverrides, type CSSVariablesResolver, type MantineColorSchemeManager, type MantineThemeOverride } from '@mantine/core';

const FONTS =
  'system-ui, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif';

/** Shades and contrasts are chosen so that every text passes WCAG AA in both themes. */
const theme = createTheme({
  fontFamily: FONTS,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Noto Sans Mono", monospace',
  primaryColor: 'teal',
  primaryShade: { light: 9, dark: 9 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '600' },
});

/** The theme, with names for buttons that have no text, in the language of the page. */
export function themeWith({ close }: { close: string }): MantineThemeOverride {
  // What is closed is gone at once: while it faded, it would keep the keys and the focus from the page.
  const atOnce = { transitionProps: { duration: 150, exitDuration: 0 } };
  const closeButton = { defaultProps: { closeButtonProps: { 'aria-label': close } } };
  const titled = { defaultProps: { ...closeButton.defaultProps, ...atOnce }, styles: { title: { fontWeight: 600, fontSize: 'var(--mantine-font-size-lg)' } } };
  return mergeThemeOverrides(theme, {
    components: { Modal: titled, Drawer: titled, Spotlight: { defaultProps: atOnce }, Menu: { defaultProps: atOnce }, Notification: closeButton, Alert: { defaultProps: { closeButtonLabel: close } } },
  });
}

/** Text of subtle and light buttons and of badges in light: shade 9 is too pale on the tint of a hovered one. */
const TEXT_ON_TINT = {
  '--mantine-color-teal-light-color': '#066649', '--mantine-color-red-light-color': '#a61e1e', '--mantine-color-orange-light-color': '#853a00',
  '--mantine-color-yellow-light-color': '#853a00', '--mantine-color-green-light-color': '#1b6e3c', '--mantine-color-blue-light-color': '#174f8c',
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { ...TEXT_ON_TINT, '--mantine-primary-color-filled-hover': '#066649', '--mantine-color-dimmed': '#495057', '--mantine-color-placeholder': '#6a727a', '--lh-good': '#1b6e3c', '--lh-warn': '#8f4a00', '--lh-bad': '#b3201f', '--lh-busy': '#1c5fa8', '--mantine-color-error': '#b3201f' },
  dark: { '--mantine-primary-color-filled-hover': '#066649', '--mantine-color-dimmed': '#b8b8b8', '--mantine-color-placeholder': '#969696', '--lh-good': '#69db7c', '--lh-warn': '#ffc078', '--lh-bad': '#ff8787', '--lh-busy': '#74c0fc', '--mantine-color-error': '#ff8787' },
});

const STORED = 'lh-theme';

/** Keeps the choice where public/theme.js looks for it before the first paint. */
export const colorScheme: MantineColorSchemeManager = {
  get: (fallback) => {
    const chosen = localStorage.getItem(STORED);
    return chosen === 'light' || chosen === 'dark' || chosen === 'auto' ? chosen : fallback;
  },
  set: (value) => localStorage.setItem(STORED, value),
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => localStorage.removeItem(STORED),
};
