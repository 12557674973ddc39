import { Anchor, Kbd, Modal, Table, Text } from '@mantine/core';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { keyNames } from '@/widgets';

/** All keys of the page, in the order in which they are listed. */
const SHORTCUTS: Record<'everywhere' | 'editor' | 'charts', [keys: string, text: string][]> = {
  everywhere: [
    ['mod+k', 'palette'], ['g p', 'plans'], ['g s', 'scripts'], ['g w', 'workers'], ['g r', 'runs'], ['g l', 'live'],
    ['mod+shift+Enter', 'start'], ['/', 'filter'], ['[', 'previous'], [']', 'next'], ['?', 'sheet'], ['Escape', 'close'],
  ],
  editor: [
    ['mod+Enter', 'send'], ['mod+s', 'save'], ['mod+shift+s', 'saveAll'], ['alt+ArrowUp', 'up'], ['alt+ArrowDown', 'down'], ['shift+F10', 'menu'],
    ['mod+Space', 'complete'], ['alt+Enter', 'placeholder'], ['F8', 'problem'], ['mod+/', 'comment'], ['mod+f', 'find'], ['shift+alt+f', 'format'],
  ],
  charts: [['ArrowLeft', 'cursor'], ['ArrowRight', 'cursor'], ['shift+ArrowLeft', 'far'], ['+', 'zoomIn'], ['-', 'zoomOut'], ['0', 'reset'], ['t', 'table']],
};

function Keys({ keys }: { keys: string }) {
  return keyNames(keys).map((stroke, i) => (
    <Fragment key={i}>
      {i > 0 && ' '}
      {stroke.map((key, j) => (
        <Fragment key={j}>
          {j > 0 && '+'}
          <Kbd>{key}</Kbd>
        </Fragment>
      ))}
    </Fragment>
  ));
}

/** The keys of one part of the page. */
export function ShortcutTable({ part }: { part: keyof typeof SHORTCUTS }) {
  const { t } = useTranslation('shell');
  return (
    <Table verticalSpacing={4} withRowBorders={false} captionSide="top">
      <Table.Caption>{t(`shortcuts.${part}`)}</Table.Caption>
      <Table.Tbody>
        {SHORTCUTS[part].map(([keys, text]) => (
          <Table.Tr key={keys}>
            <Table.Th scope="row" fw={400} w={180}><Keys keys={keys} /></Table.Th>
            <Table.Td>{t(`shortcuts.text.${text}`)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('shell');
  return (
    <Modal opened={opened} onClose={onClose} title={t('shortcuts.title')} size="lg" data-testid="shortcut-sheet">
      <ShortcutTable part="everywhere" />
      <ShortcutTable part="editor" />
      <ShortcutTable part="charts" />
      <Text size="sm" mt="sm">
        {t('shortcuts.off')} <Anchor href="#/settings" onClick={onClose} underline="always">{t('nav.settings')}</Anchor>
      </Text>
    </Modal>
  );
}
