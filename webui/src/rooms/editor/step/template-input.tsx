import { Anchor, Combobox, Text, TextInput, useCombobox, type TextInputProps } from '@mantine/core';
import { useRef, useState, type ClipboardEvent, type KeyboardEvent, type Ref, type UIEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { isVariableName, withoutOldForm } from '@/plan/template';
import type { Marked } from '@/plan/variables';
import { useEditor } from '../context';
import { useIgnored } from '../ignored-names';
import { useDefine } from '../use-define';
import { useChoices, useExplain, useMarked, type Choice } from '../variables';
import { PlaceholderPopup } from './placeholder-card';
import { completed, pieces, tokenAt, typedName, type Piece } from './template';
import { usePlaceholderPopover } from './use-placeholder-popover';
import classes from './template.module.css';

const MAX_OPTIONS = 12;

export interface TemplateInputProps extends Omit<TextInputProps, 'onChange' | 'value' | 'onPaste'> {
  value: string;
  onChange: (value: string) => void;
  onPaste?: (event: ClipboardEvent<HTMLInputElement>) => void;
  testId?: string;
  /** Whole values that are often used here; offered while there is none. */
  suggestions?: readonly string[];
}

/** A line of text with {{variables}}: marked, explained, completed. */
export function TemplateInput({ value, onChange, onPaste, testId, error, suggestions = [], ...rest }: TemplateInputProps) {
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const choices = useChoices();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const input = useRef<HTMLInputElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const tokens = useMarked(value);
  const parts = tokens.length > 0 ? pieces(value, tokens) : [];
  const typed = caret === null || readOnly ? undefined : typedName(value, caret);
  const whole = caret !== null && value === '' && !readOnly ? suggestions.map((name) => ({ name, text: '' })) : [];
  const options: readonly Choice[] = typed ? choices().filter((c) => c.name.toLowerCase().includes(typed.typed.toLowerCase())).slice(0, MAX_OPTIONS) : whole;
  const shown = caret === null ? undefined : tokenAt(tokens, caret);
  const popover = usePlaceholderPopover(value, parts, marks);

  const follow = () => {
    const at = input.current?.selectionStart ?? null;
    setCaret(at);
    const text = input.current?.value ?? '';
    if (at !== null && (typedName(text, at) || (text === '' && suggestions.length > 0))) combobox.openDropdown();
    else combobox.closeDropdown();
  };
  const choose = (name: string) => {
    if (caret === null) return;
    if (!typed) {
      onChange(name);
      combobox.closeDropdown();
      return;
    }
    const next = completed(value, caret, typed.from, name);
    onChange(next.text);
    combobox.closeDropdown();
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(next.caret, next.caret);
      setCaret(next.caret);
    });
  };
  return (
    <Combobox store={combobox} onOptionSubmit={choose} withinPortal position="bottom-start">
      <Combobox.Target withKeyboardNavigation={options.length > 0} withExpandedAttribute={false}>
        <TextInput
          {...rest}
          ref={input}
          value={value}
          readOnly={readOnly}
          spellCheck={false}
          autoComplete="off"
          data-testid={testId}
          error={error}
          classNames={{ input: classes.input }}
          inputContainer={(field) => (
            <div className={classes.field} onMouseMove={popover.onMouseMove} onMouseLeave={popover.onMouseLeave}>
              {parts.length > 0 && <Marks parts={parts} ref={marks} />}
              {field}
              <PlaceholderPopup popover={popover} onConvert={() => onChange(withoutOldForm(value))} />
            </div>
          )}
          onChange={(e) => {
            onChange(e.currentTarget.value);
            setCaret(e.currentTarget.selectionStart);
            if (typedName(e.currentTarget.value, e.currentTarget.selectionStart ?? 0)) combobox.openDropdown();
            else combobox.closeDropdown();
          }}
          onSelect={follow}
          onBlur={(e) => {
            setCaret(null);
            combobox.closeDropdown();
            rest.onBlur?.(e);
          }}
          onScroll={(e: UIEvent<HTMLInputElement>) => {
            if (marks.current) marks.current.scrollLeft = e.currentTarget.scrollLeft;
          }}
          onPaste={onPaste}
          onKeyDown={(e: KeyboardEvent<HTMLInputElement>) => {
            if (e.key === 'Escape' && combobox.dropdownOpened) e.stopPropagation();
            popover.onKeyDown(e);
            rest.onKeyDown?.(e);
          }}
        />
      </Combobox.Target>
      {shown && options.length === 0 && <Explained token={shown} />}
      {tokens.some((m) => m.kind === 'old') && (
        <Text size="xs" c="var(--lh-warn)">
          {t('variable.older', { example: '{@name@}' })}{' '}
          <Anchor component="button" type="button" size="xs" onMouseDown={(e) => e.preventDefault()} onClick={() => onChange(withoutOldForm(value))}>
            {t('variable.convert')}
          </Anchor>
        </Text>
      )}
      <Combobox.Dropdown hidden={options.length === 0} miw="18rem">
        <Combobox.Options mah="14rem" style={{ overflowY: 'auto' }}>
          {options.map((v) => (
            <Combobox.Option key={v.name} value={v.name}>
              <Text size="sm" ff="monospace">{v.name}</Text>
              <Text size="xs" c="dimmed" truncate>{v.text}</Text>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function look(token: Marked, ignored: readonly string[]): string | undefined {
  if (token.problem === undefined) return classes.known;
  if (token.problem === 'unknown' && ignored.includes(token.name)) return classes.ignored;
  return token.problem === 'later' || token.problem === 'elsewhere' || token.problem === 'old' ? classes.doubtful : classes.unknown;
}

function Marks({ parts, ref }: { parts: readonly Piece[]; ref: Ref<HTMLDivElement> }) {
  const ignored = useIgnored(useEditor().plan);
  return (
    <div className={classes.marks} ref={ref} aria-hidden>
      {parts.map((p) => (
        <span key={p.from} className={p.token && look(p.token, ignored)}>{p.text}</span>
      ))}
    </div>
  );
}

/** What the variable at the caret is, or what can be done about an unknown one. */
function Explained({ token }: { token: Marked }) {
  const { t } = useTranslation('editor');
  const explain = useExplain();
  const define = useDefine();
  const { name, known, problem } = token;
  if (known) return <Text size="xs" c="dimmed">{`${name}: ${explain(known)}${problem === 'later' ? ` · ${t('variable.later')}` : ''} · ${t('variable.keys')}`}</Text>;
  if (problem === 'arguments' || problem === 'filter' || problem === 'broken') return <Text size="xs" c="var(--lh-bad)">{t(`variable.${problem}`)}</Text>;
  if (problem !== 'unknown') return null;
  return (
    <Text size="xs" c="var(--lh-bad)">
      {t('variable.unknown', { name })}{' '}
      {token.kind === 'variable' && isVariableName(name) && (
        <Anchor component="button" type="button" size="xs" onMouseDown={(e) => e.preventDefault()} onClick={() => define(name)}>
          {t('variable.define')}
        </Anchor>
      )}
    </Text>
  );
}
