import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconActivity, IconFileText, IconHistory, IconLanguage, IconLogout, IconMoon, IconPlayerPlay, IconPlayerStop, IconSearch, IconSun } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import { segment } from '@/api/client';
import { queries } from '@/api/queries';
import { chooseLanguage } from '@/i18n';
import { openStart } from '@/rooms/start';
import { formatMoment, useShortcut } from '@/widgets';
import { PAGES } from './pages';
import { useActiveNames } from './run-strip';
import { askToStop } from './stop-asked';
import { useLogout } from './use-logout';

/** Everything that the palette can do now. */
function useGroups(opened: boolean): SpotlightActionGroupData[] {
  const { t, i18n } = useTranslation('shell');
  const [, navigate] = useLocation();
  const { setColorScheme } = useMantineColorScheme();
  const plans = useQuery({ ...queries.plans(), enabled: opened }).data ?? [];
  const stored = useQuery({ ...queries.runs({ limit: 20 }), enabled: opened }).data?.runs ?? [];
  const active = useActiveNames();
  const session = useLogout();
  const icon = { size: 18, stroke: 1.6, 'aria-hidden': true };
  return [
    {
      group: t('palette.go'),
      actions: [
        ...active.map((run) => ({ id: `live-${run.id}`, label: t('palette.live', { plan: run.plan, number: run.number }), leftSection: <IconActivity {...icon} />, onClick: () => navigate(`/runs/${run.number}`) })),
        ...PAGES.map((page) => ({ id: page.name, label: t(`nav.${page.name}`), leftSection: <page.icon {...icon} />, onClick: () => navigate(page.path) })),
      ],
    },
    {
      group: t('palette.do'),
      actions: [
        ...active.map((run) => ({ id: `stop-${run.id}`, label: t('palette.stop', { plan: run.plan, number: run.number }), leftSection: <IconPlayerStop {...icon} />, onClick: () => askToStop(run.id) })),
        ...plans.map((plan) => ({ id: `start-${plan.name}`, label: t('palette.start', { plan: plan.name }), leftSection: <IconPlayerPlay {...icon} />, onClick: () => openStart(plan.name) })),
      ],
    },
    {
      group: t('palette.stored'),
      actions: [
        ...plans.map((plan) => ({ id: `plan-${plan.name}`, label: t('palette.plan', { plan: plan.name }), description: plan.description, leftSection: <IconFileText {...icon} />, onClick: () => navigate(`/plans/${segment(plan.name)}`) })),
        ...stored.map((run) => ({ id: `run-${run.id}`, label: t('palette.run', { plan: run.plan, number: run.number }), description: [run.name, formatMoment(run.created_at)].filter(Boolean).join(' · '), leftSection: <IconHistory {...icon} />, onClick: () => navigate(`/runs/${run.number}`) })),
      ],
    },
    {
      group: t('palette.page'),
      actions: [
        { id: 'light', label: t('palette.theme', { theme: t('theme.light') }), leftSection: <IconSun {...icon} />, onClick: () => setColorScheme('light') },
        { id: 'dark', label: t('palette.theme', { theme: t('theme.dark') }), leftSection: <IconMoon {...icon} />, onClick: () => setColorScheme('dark') },
        { id: 'auto', label: t('palette.theme', { theme: t('theme.auto') }), leftSection: <IconSun {...icon} />, onClick: () => setColorScheme('auto') },
        { id: 'language', label: t('language.switch'), keywords: ['language', 'English', '中文', '语言'], leftSection: <IconLanguage {...icon} />, onClick: () => void chooseLanguage(i18n.language === 'zh' ? 'en' : 'zh') },
        ...(session ? [{ id: 'logout', label: t('logout.label'), leftSection: <IconLogout {...icon} />, onClick: session.logout }] : []),
      ],
    },
  ].filter((group) => group.actions.length > 0);
}

/** Ctrl+K: everything by its name. */
export function Palette() {
  const { t } = useTranslation('shell');
  const [opened, setOpened] = useState(false);
  const groups = useGroups(opened);
  useShortcut('mod+k', spotlight.open, { inDialogs: true });
  return (
    <Spotlight
      actions={groups}
      shortcut={null}
      onSpotlightOpen={() => setOpened(true)}
      nothingFound={t('palette.nothing')}
      scrollable
      maxHeight="60vh"
      limit={60}
      // The dialog would give it the focus a moment later only: what is typed until then was for nobody.
      searchProps={{ autoFocus: true, placeholder: t('palette.search'), 'aria-label': t('palette.search'), leftSection: <IconSearch size={18} aria-hidden /> }}
    />
  );
}
