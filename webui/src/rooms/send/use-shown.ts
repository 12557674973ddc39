import { useLocalStorage } from '@mantine/hooks';

/** Whether the panel stands beside the editor; whoever changes it changes it for all who ask. */
export function useSendShown(): [shown: boolean, show: (shown: boolean) => void] {
  const [shown, show] = useLocalStorage({ key: 'lh-editor-send', defaultValue: true });
  return [shown, show];
}
