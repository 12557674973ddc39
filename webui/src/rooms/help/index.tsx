import { Accordion, Anchor, Card, Code, List, Loader, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLuaApi } from '@/api/queries';
import { ShortcutTable } from '@/shell/shortcut-sheet';
import { ErrorCard, PageHeader } from '@/widgets';
import { groupsOf } from '@/code/lua/groups';

const QUICK = ['plan', 'send', 'workers', 'start', 'watch', 'compare'] as const;
const LINKS = { plan: '#/plans', workers: '#/workers', watch: '#/runs' } as const;

function QuickStart() {
  const { t } = useTranslation('help');
  return (
    <Card withBorder padding="lg">
      <Title order={2} size="h4" mb="sm">{t('quick.title')}</Title>
      <List type="ordered" spacing="xs">
        {QUICK.map((step) => (
          <List.Item key={step}>
            {t(`quick.${step}`)} {step in LINKS && <Anchor href={LINKS[step as keyof typeof LINKS]} underline="always">{t('quick.open')}</Anchor>}
          </List.Item>
        ))}
      </List>
    </Card>
  );
}

function LuaReference() {
  const { t } = useTranslation('help');
  const api = useLuaApi();
  const [filter, setFilter] = useState('');
  if (api.isPending) return <Loader aria-label={t('lua.loading')} />;
  if (api.isError) return <ErrorCard error={api.error} title={t('lua.failed')} retry={() => void api.refetch()} />;
  const groups = groupsOf(api.data, filter, { hooks: t('lua.hooks'), functions: t('lua.functions') });
  return (
    <Stack>
      <TextInput data-page-filter label={t('lua.filter')} value={filter} onChange={(e) => setFilter(e.currentTarget.value)} leftSection={<IconSearch size={16} aria-hidden />} maw={420} />
      {groups.length === 0 && <Text>{t('lua.nothing')}</Text>}
      <Accordion multiple variant="separated" order={3}>
        {groups.map((group) => (
          <Accordion.Item key={group.name} value={group.name}>
            <Accordion.Control>{t('lua.group', { name: group.name, count: group.functions.length })}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="sm">
                {group.functions.map((f) => (
                  <div key={f.name}>
                    <Code>{f.signature || f.name}</Code>
                    <Text size="sm">{f.doc}</Text>
                  </div>
                ))}
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}

/** How to begin, the keys, and what scripts can call. */
export default function HelpPage() {
  const { t } = useTranslation('help');
  return (
    <>
      <PageHeader title={t('title')} />
      <Stack gap="xl">
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <QuickStart />
          <Card withBorder padding="lg">
            <Title order={2} size="h4" mb="sm">{t('keys')}</Title>
            <ShortcutTable part="everywhere" />
          </Card>
          <Card withBorder padding="lg">
            <Title order={2} size="h4" mb="sm">{t('more')}</Title>
            <ShortcutTable part="editor" />
            <ShortcutTable part="charts" />
          </Card>
          <Card withBorder padding="lg">
            <Title order={2} size="h4" mb="sm">{t('lua.title')}</Title>
            <LuaReference />
          </Card>
        </SimpleGrid>
      </Stack>
    </>
  );
}
