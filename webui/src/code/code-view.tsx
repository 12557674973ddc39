import { Box } from '@mantine/core';
import classes from './code.module.css';
import { languageExtension } from './languages';
import type { CodeProps } from './props';
import { useEditor } from './use-editor';

export function CodeView(props: CodeProps) {
  const { parent } = useEditor(props, {}, (host) => languageExtension(props.language, host));
  return <Box ref={parent} h={props.height} className={classes.editor} data-fill={props.height ? true : undefined} />;
}
