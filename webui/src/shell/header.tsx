import { ActionIcon, Burger, Button, Kbd, Tooltip, useMantineColorScheme, VisuallyHidden, type MantineColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconBrightnessAuto, IconHelp, IconMoon, IconPlayerPlay, IconSearch, IconServer2, IconSun, type Icon } from '@tabler/icons-react';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { chooseLanguage } from '@/i18n';
import { useOfWorkers } from '@/live';
import { openStart } from '@/rooms/start';
import { formatNumber, keyNames, NOTHING } from '@/widgets';
import { ConnectionPill } from './connection-pill';
import { planOf } from './pages';
import classes from './shell.module.css';

const NEXT: Record<MantineColorScheme, { next: MantineColorScheme; icon: Icon }> = {
  auto: { next: 'light', icon: IconBrightnessAuto },
  light: { next: 'dark', icon: IconSun },
  dark: { next: 'auto', icon: IconMoon },
};

function ThemeButton() {
  const { t } = useTranslation('shell');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { next, icon: Mark } = NEXT[colorScheme];
  const label = t('theme.label', { theme: t(`theme.${colorScheme}`), next: t(`theme.${next}`) });
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={() => setColorScheme(next)} aria-label={label} data-testid="theme" data-theme={colorScheme}>
        <Mark size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function LanguageButton() {
  const { t, i18n } = useTranslation('shell');
  return (
    <Tooltip label={t('language.switch')}>
      <Button variant="subtle" color="gray" size="compact-sm" miw={36} onClick={() => void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh')} aria-label={t('language.switch')} data-testid="lang">
        {t('language.other')}
      </Button>
    </Tooltip>
  );
}

function WorkerCount() {
  const { t } = useTranslation('shell');
  const fleet = useOfWorkers((workers) => workers && { all: workers.length, here: workers.filter((w) => w.state !== 'lost' && w.state !== 'incompatible').length });
  const all = fleet?.all;
  const here = fleet?.here;
  const text = fleet ? `${formatNumber(here)}/${formatNumber(all)}` : NOTHING;
  const label = fleet ? t('workers.label', { here, all }) : t('workers.unknown');
  return (
    <Link href="/workers" className={`${classes.workers} ${here !== all ? classes.bad : ''}`} title={label} data-testid="worker-count">
      <IconServer2 size={16} aria-hidden />
      <VisuallyHidden>{t('nav.workers')}</VisuallyHidden>
      {text}
    </Link>
  );
}

function SkipLink({ path }: { path: string }) {
  const { t } = useTranslation('shell');
  // The hash is the route, so the link cannot be one to the place itself.
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    document.getElementById('content')?.focus();
  };
  return <a className={classes.skip} href={`#${path}`} onClick={skip}>{t('skip')}</a>;
}

export interface HeaderProps {
  menu: boolean;
  onMenu: () => void;
  onHelp: () => void;
}

export function Header({ menu, onMenu, onHelp }: HeaderProps) {
  const { t } = useTranslation('shell');
  const [path] = useLocation();
  const keys = keyNames('mod+k')[0]?.join('+') ?? '';
  return (
    <header className={classes.header}>
      <SkipLink path={path} />
      <Burger className={classes.burger} size="sm" opened={menu} onClick={onMenu} aria-label={t('nav.menu')} aria-expanded={menu} aria-controls="navigation" />
      <Link href="/plans" className={classes.brand} aria-label={t('product')}>
        <img src="./favicon.svg" alt="" width={24} height={24} />
        <span className={classes.wide}>{t('product')}</span>
      </Link>
      <Button className={classes.search} variant="default" size="xs" justify="flex-start" leftSection={<IconSearch size={14} aria-hidden />} rightSection={<span className={classes.wide}><Kbd size="xs">{keys}</Kbd></span>} onClick={spotlight.open} aria-label={`${t('palette.open')} ${keys}`} data-testid="palette">
        <span className={classes.wide}>{t('palette.open')}</span>
      </Button>
      <div className={classes.grow} />
      <ConnectionPill />
      <WorkerCount />
      <Button size="xs" className={classes.start} aria-label={t('start')} leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => openStart(planOf(path) ?? '')} data-testid="start-open">
        <span className={classes.startText}>{t('start')}</span>
      </Button>
      <ThemeButton />
      <LanguageButton />
      <Tooltip label={t('shortcuts.open')}>
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={onHelp} aria-label={t('shortcuts.open')} data-testid="shortcuts-open">
          <IconHelp size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </header>
  );
}
