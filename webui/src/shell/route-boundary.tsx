import { Alert, Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconBug, IconRefresh } from '@tabler/icons-react';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/widgets';

function Crash({ error, details, again }: { error: Error; details: string; again: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <Stack gap="md" align="flex-start" data-testid="crash">
      <Title order={1} size="h2">{t('crash.title')}</Title>
      <Alert variant="outline" color="red" role="alert" icon={<IconBug aria-hidden />}>
        <Stack gap="xs">
          <Text size="sm">{t('crash.text')}</Text>
          <Code block>{error.message}</Code>
        </Stack>
      </Alert>
      <Group>
        <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => location.reload()}>{t('crash.reload')}</Button>
        <Button variant="default" onClick={again}>{t('crash.again')}</Button>
        <CopyButton shown label={t('crash.copy')} text={details} />
      </Group>
    </Stack>
  );
}

interface State {
  error: Error | null;
  stack: string;
}

interface Props {
  /** The crash is over on another route. */
  route: string;
  children: ReactNode;
}

/** Keeps a crash of one page from the rest. */
export class RouteBoundary extends Component<Props, State> {
  override state: State = { error: null, stack: '' };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(_: unknown, info: ErrorInfo) {
    this.setState({ stack: info.componentStack ?? '' });
  }

  override componentDidUpdate(before: Props) {
    if (this.state.error && before.route !== this.props.route) this.setState({ error: null });
  }

  override render() {
    const { error, stack } = this.state;
    if (!error) return this.props.children;
    const details = [location.href, navigator.userAgent, error.stack ?? error.message, stack].join('\n\n');
    return <Crash error={error} details={details} again={() => this.setState({ error: null })} />;
  }
}
