import { Autocomplete, type ComboboxItem } from '@mantine/core';
import { useState } from 'react';
import { useEditor } from '../context';

export interface KeyCellProps {
  value: string;
  label: string;
  /** Names that other rows have. */
  taken: readonly string[];
  suggestions?: readonly string[];
  placeholder?: string;
  onChange: (value: string) => void;
}

/** The names with what was typed in them, those that begin with it first. */
export function matching(names: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const found = names.filter((name) => name.toLowerCase().includes(wanted));
  const begins = (name: string) => name.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((name) => !begins(name))];
}

/**
 * The name of a row. While what is typed is empty or another row's name it is kept here:
 * on its way from "pag" to "page_size" it must not become a second "page".
 */
export function KeyCell({ value, label, taken, suggestions = [], placeholder, onChange }: KeyCellProps) {
  const { readOnly } = useEditor();
  const [held, setHeld] = useState<string | null>(null);
  const settle = () => {
    if (held !== null && held !== value) onChange(held);
    setHeld(null);
  };
  return (
    <Autocomplete
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      value={held ?? value}
      data={[...suggestions]}
      limit={8}
      filter={({ search }): ComboboxItem[] => matching(suggestions, search).slice(0, 8).map((name) => ({ value: name, label: name }))}
      readOnly={readOnly}
      comboboxProps={{ withinPortal: true, width: 'max-content', position: 'bottom-start' }}
      onChange={(text) => {
        if ((text === '' && value !== '') || taken.includes(text)) setHeld(text);
        else {
          setHeld(null);
          if (text !== value) onChange(text);
        }
      }}
      onBlur={settle}
    />
  );
}
