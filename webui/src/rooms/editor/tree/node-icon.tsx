import {
  IconAdjustments, IconArrowsSplit2, IconBox, IconClipboardText, IconCode, IconFlag, IconFlagOff, IconFolder, IconGitBranch, IconPuzzle, IconRepeat,
  IconRoute, IconSettings, IconStack2, IconUserMinus, IconUserPlus, type Icon,
} from '@tabler/icons-react';
import type { OutlineNode } from '../outline';

const LIFECYCLE_ICONS: Record<string, Icon> = { setup: IconFlag, user_start: IconUserPlus, user_stop: IconUserMinus, teardown: IconFlagOff };

const ICONS: Partial<Record<OutlineNode['kind'], Icon>> = {
  plan: IconClipboardText, group: IconFolder, repeat: IconRepeat, if: IconArrowsSplit2, else: IconGitBranch, use: IconPuzzle,
  settings: IconSettings, section: IconAdjustments, blocks: IconBox, block: IconPuzzle, transaction: IconRoute,
};

export function NodeIcon({ node }: { node: OutlineNode }) {
  const script = node.kind === 'transaction' && node.script === true;
  const Mark = node.kind === 'lifecycle' ? LIFECYCLE_ICONS[node.id] : script ? IconCode : ICONS[node.kind];
  if (node.kind === 'request') return null;
  const Shown = Mark ?? IconStack2;
  return <Shown size={15} aria-hidden />;
}
