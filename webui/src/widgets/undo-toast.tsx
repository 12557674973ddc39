import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

/** How long something can be taken back, in ms. */
const TIME = 10_000;

/** Says that something is gone, with a button that brings it back. */
export function undoToast(message: string, undo: string, close: string, onUndo: () => void): void {
  const id = notifications.show({
    autoClose: TIME,
    closeButtonProps: { 'aria-label': close },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm" variant="default" data-testid="undo"
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          {undo}
        </Button>
      </Group>
    ),
  });
}
