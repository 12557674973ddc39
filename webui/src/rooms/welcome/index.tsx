import { Button, Card, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconBook, IconFilePlus, IconMapOff, IconServer2, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, Redirect, useLocation } from 'wouter';
import { usePlans } from '@/api/queries';
import { useRuns } from '@/live';
import { EmptyState, isEnded, PageHeader } from '@/widgets';

const STEPS: { name: 'plan' | 'workers' | 'learn'; icon: Icon; path: string }[] = [
  { name: 'plan', icon: IconFilePlus, path: '/plans' },
  { name: 'workers', icon: IconServer2, path: '/workers' },
  { name: 'learn', icon: IconBook, path: '/help' },
];

function Steps() {
  const { t } = useTranslation('welcome');
  return (
    <>
      <PageHeader title={t('title')} description={t('text')} />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {STEPS.map((step) => (
          <Card key={step.name} withBorder padding="lg">
            <Stack h="100%" justify="space-between">
              <Stack gap="xs">
                <step.icon size={32} stroke={1.4} aria-hidden />
                <Title order={2} size="h4">{t(`${step.name}.title`)}</Title>
                <Text size="sm">{t(`${step.name}.text`)}</Text>
              </Stack>
              <Button component={Link} href={step.path} variant={step.name === 'plan' ? 'filled' : 'default'}>{t(`${step.name}.button`)}</Button>
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}

function Unknown() {
  const { t } = useTranslation('welcome');
  return (
    <>
      <PageHeader title={t('unknown.title')} />
      <EmptyState icon={IconMapOff} title={t('unknown.text')}>
        <Button component={Link} href="/plans">{t('unknown.button')}</Button>
      </EmptyState>
    </>
  );
}

/** Where the page begins: at the run under way, else at the plans; with neither it says how to begin. */
export default function WelcomePage() {
  const { t } = useTranslation('welcome');
  const [path] = useLocation();
  const plans = usePlans();
  const runs = useRuns();
  if (path !== '/' && path !== '/welcome') return <Unknown />;
  if (path === '/welcome') return <Steps />;
  const live = runs?.find((run) => !isEnded(run.state));
  if (live) return <Redirect to={`/runs/${live.number}`} replace />;
  // Whether a run is under way is known as soon as the socket is there; without it the plans will do.
  if (runs === undefined && !plans.isError) return <Loader m="xl" aria-label={t('loading')} />;
  if (plans.isPending) return <Loader m="xl" aria-label={t('loading')} />;
  if (plans.isError || plans.data.length > 0) return <Redirect to="/plans" replace />;
  return <Steps />;
}
