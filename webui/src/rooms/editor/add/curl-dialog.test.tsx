import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { parsePlan } from '@/plan';
import { EditorProvider, type EditorContext } from '../context';
import { CurlDialog } from './curl-dialog';

// A field that grows asks for it, and the test's document has none.
Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() });

afterEach(cleanup);

function show(text: string) {
  const onTake = vi.fn();
  const onClose = vi.fn();
  const context = { doc: parsePlan('version: 1\n') } as EditorContext;
  render(
    <MantineProvider env="test">
      <EditorProvider value={context}>
        <CurlDialog opened text={text} onClose={onClose} onTake={onTake} />
      </EditorProvider>
    </MantineProvider>,
  );
  return { onTake, onClose };
}

it('takes the command over with Ctrl+Enter, and leaves nothing of that key to the page, which would send', () => {
  const { onTake, onClose } = show('curl https://shop.test/cart');
  const reached = !fireEvent.keyDown(screen.getByTestId('curl-command'), { key: 'Enter', ctrlKey: true });
  expect(reached, 'the key is used up').toBe(true);
  expect(onTake).toHaveBeenCalledTimes(1);
  expect(onClose).toHaveBeenCalledTimes(1);
});

it('shows that a header has become the authentication, but not the secret in it', () => {
  show("curl https://shop.test/cart -H 'Authorization: Bearer abc' -H 'Accept: */*'");
  const preview = screen.getByTestId('curl-preview');
  expect(preview.textContent).toContain('auth.kind: auth.bearer');
  expect(preview.textContent).not.toContain('abc');
});
