import { Anchor, Checkbox, Fieldset, Group, SegmentedControl, Stack, Switch, Table, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '@/api/queries';
import { chooseLanguage } from '@/i18n';
import { ErrorCard, formatDateTime, formatMs, formatNumber, NUMBER_STYLES, PageHeader, PERCENTILES, setPreferences, TIME_ZONES, usePreferences, type NumberStyle, type Percentile, type TimeZone } from '@/widgets';
import classes from './settings.module.css';

function Row({ id, label, help, children }: { id: string; label: string; help?: string; children: ReactNode }) {
  return (
    <div className={classes.row}>
      <div>
        <Text fw={500} id={id}>{label}</Text>
        {help && <Text size="sm" c="dimmed">{help}</Text>}
      </div>
      <div>{children}</div>
    </div>
  );
}

function Look() {
  const { t, i18n } = useTranslation('settings');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Fieldset legend={t('look.title')}>
      <Stack>
        <Row id="set-language" label={t('look.language')}>
          <SegmentedControl aria-labelledby="set-language" value={i18n.language === 'zh' ? 'zh' : 'en'} onChange={(value) => void chooseLanguage(value)} data={[{ value: 'en', label: t('look.en') }, { value: 'zh', label: t('look.zh') }]} data-testid="set-language" />
        </Row>
        <Row id="set-theme" label={t('look.theme')}>
          <SegmentedControl aria-labelledby="set-theme" value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)} data={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t(`look.${value}`) }))} data-testid="set-theme" />
        </Row>
      </Stack>
    </Fieldset>
  );
}

function Numbers() {
  const { t } = useTranslation('settings');
  const { numbers, times, percentiles } = usePreferences();
  return (
    <Fieldset legend={t('numbers.title')}>
      <Stack>
        <Row id="set-numbers" label={t('numbers.style')} help={t('numbers.example', { text: formatNumber(1_234_567.5, 1) })}>
          <SegmentedControl aria-labelledby="set-numbers" value={numbers} onChange={(value) => setPreferences({ numbers: value as NumberStyle })} data={NUMBER_STYLES.map((value) => ({ value, label: t(`numbers.${value}`) }))} data-testid="set-numbers" />
        </Row>
        <Row id="set-times" label={t('numbers.times')} help={t('numbers.example', { text: formatDateTime(Date.now()) })}>
          <SegmentedControl aria-labelledby="set-times" value={times} onChange={(value) => setPreferences({ times: value as TimeZone })} data={TIME_ZONES.map((value) => ({ value, label: t(`numbers.${value}`) }))} data-testid="set-times" />
        </Row>
        <Row id="set-percentiles" label={t('numbers.percentiles')} help={t('numbers.percentilesHelp')}>
          <Checkbox.Group aria-labelledby="set-percentiles" value={percentiles} onChange={(value) => value.length > 0 && setPreferences({ percentiles: PERCENTILES.filter((p) => value.includes(p)) as Percentile[] })}>
            <Group gap="md">
              {PERCENTILES.map((p) => <Checkbox key={p} value={p} label={t(`numbers.${p}`)} />)}
            </Group>
          </Checkbox.Group>
        </Row>
      </Stack>
    </Fieldset>
  );
}

function Keyboard() {
  const { t } = useTranslation('settings');
  const { shortcuts } = usePreferences();
  return (
    <Fieldset legend={t('keys.title')}>
      <Switch checked={shortcuts} onChange={(e) => setPreferences({ shortcuts: e.currentTarget.checked })} label={t('keys.single')} description={t('keys.help')} data-testid="set-shortcuts" />
      <Anchor href="#/help" size="sm" mt="xs" display="inline-block" underline="always">{t('keys.list')}</Anchor>
    </Fieldset>
  );
}

function About() {
  const { t } = useTranslation('settings');
  const session = useSession();
  if (session.isError) return <ErrorCard error={session.error} retry={() => void session.refetch()} />;
  const rows: [string, ReactNode][] = [
    ['version', session.data?.version],
    ['build', session.data?.build],
    ['protocol', session.data?.protocol],
    ['clock', session.data && formatMs(session.data.server_time - session.dataUpdatedAt)],
    ['auth', session.data && t(session.data.auth ? 'about.token' : 'about.noToken')],
  ];
  return (
    <Fieldset legend={t('about.title')}>
      <Table variant="vertical" withRowBorders={false}>
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={200}>{t(`about.${name}`)}</Table.Th>
              <Table.Td className={classes.value}>{value || '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Fieldset>
  );
}

/** How this browser shows things; nothing here changes the master. */
export default function SettingsPage() {
  const { t } = useTranslation('settings');
  return (
    <>
      <PageHeader title={t('title')} description={t('text')} />
      <Stack maw={860}>
        <Look />
        <Numbers />
        <Keyboard />
        <About />
      </Stack>
    </>
  );
}
