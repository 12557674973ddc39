import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { expect, it } from 'vitest';
import type { Host } from '../host';
import { FAKE_API } from './api.fake';
import { luaTools } from './extension';

/** What is proposed at the ‸ while somebody types. */
function proposed(text: string): string[] | null {
  const host: Host = { api: FAKE_API, place: 'step', text: { source: String, json: String, snippet: String } };
  const pos = text.indexOf('‸');
  const state = EditorState.create({ doc: text.replace('‸', ''), extensions: luaTools(host) });
  const [complete] = state.languageDataAt<(context: CompletionContext) => CompletionResult | null>('autocomplete', Math.max(0, pos - 1));
  return complete?.(new CompletionContext(state, pos, false))?.options.map((o) => o.label) ?? null;
}

it('proposes what has been begun', () => {
  expect(proposed('chec‸')).toContain('check');
  expect(proposed('res:‸')).toEqual(['json']);
  expect(proposed('local j = require("‸')).toContain('jwt');
});

it('is silent in texts and behind them', () => {
  expect(proposed('log.info("chec‸")')).toBeNull();
  expect(proposed('log.info("x"‸)')).toBeNull();
  expect(proposed('-- chec‸')).toBeNull();
});
