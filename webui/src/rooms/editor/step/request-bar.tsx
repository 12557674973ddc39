import { Autocomplete } from '@mantine/core';
import { useState, type ClipboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { parseCurl } from '@/plan/curl';
import { CurlDialog } from '../add/curl-dialog';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { TemplateInput } from './template-input';
import { fullUrl, withTyped } from './url-query';
import { useRequest } from './use-request';
import classes from './step.module.css';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Method and URL of a step; a cURL command that is pasted here becomes the whole request. */
export function RequestBar({ path }: { path: Path }) {
  const { state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const { request, put } = useRequest(path);
  const shown = fullUrl(request);
  // What is typed stays as it is typed until the field is left, though rows may write it otherwise.
  const [held, setHeld] = useState<{ text: string; shown: string } | null>(null);
  // On the way from one method to another there may be none.
  const [emptied, setEmptied] = useState(false);
  const [curl, setCurl] = useState<string | null>(null);
  const onPaste = (event: ClipboardEvent<HTMLInputElement>) => {
    const text = event.clipboardData.getData('text');
    if (readOnly || !parseCurl(text)) return;
    event.preventDefault();
    setHeld(null);
    setCurl(text);
  };
  return (
    <div className={classes.bar}>
      <Autocomplete
        aria-label={t('method')}
        data={METHODS}
        filter={({ options }) => options}
        value={emptied ? '' : request.method}
        readOnly={readOnly}
        error={message(state.problems, [...path, 'request', 'method'])}
        onChange={(typed) => {
          const method = typed.trim().toUpperCase();
          setEmptied(method === '');
          if (method !== '') put({ method }, 'method');
        }}
        onBlur={() => setEmptied(false)}
        data-testid="method"
      />
      {/* One cell: what the field says stands below it, not below the method. */}
      <div>
        <TemplateInput
          aria-label="URL"
          placeholder={t('urlHint')}
          value={held?.shown === shown ? held.text : shown}
          error={message(state.problems, [...path, 'request', 'url'])}
          onPaste={onPaste}
          onBlur={() => setHeld(null)}
          onChange={(text) => {
            const { url, query } = withTyped(request, text);
            setHeld({ text, shown: fullUrl({ url, query }) });
            put({ url, query: [...query] }, 'url');
          }}
          testId="url-input"
        />
      </div>
      <CurlDialog
        opened={curl !== null}
        text={curl ?? ''}
        onClose={() => setCurl(null)}
        onTake={({ request: pasted }) => put({ method: 'GET', query: [], headers: [], body: { kind: 'none' }, auth: { kind: 'inherit' }, ...pasted }, 'curl')}
      />
    </div>
  );
}
