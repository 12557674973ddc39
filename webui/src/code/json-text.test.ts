import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatJSON, jsonFault } from './json-text';

it('formats as JSON.stringify does', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
    const text = JSON.stringify(value);
    expect(formatJSON(text)).toBe(JSON.stringify(value, null, 2));
  }));
});

it('keeps numbers and templates', () => {
  expect(formatJSON('{"a":1.10,"b":{{n}},"c":"x {{name}}","d":[{{a}},{"e":12345678901234567890}]}')).toBe(
    '{\n  "a": 1.10,\n  "b": {{n}},\n  "c": "x {{name}}",\n  "d": [\n    {{a}},\n    {\n      "e": 12345678901234567890\n    }\n  ]\n}',
  );
});

it('says where and why', () => {
  expect(jsonFault('')).toBeNull();
  expect(jsonFault('{{body}}')).toBeNull();
  expect(jsonFault('{"a" 1}')).toEqual({ at: 5, fault: 'colon' });
  expect(jsonFault('[1 2]')).toEqual({ at: 3, fault: 'comma' });
  expect(jsonFault('[1,]')).toEqual({ at: 3, fault: 'value' });
  expect(jsonFault('{a: 1}')).toEqual({ at: 1, fault: 'value' });
  expect(jsonFault('{1: 1}')).toEqual({ at: 1, fault: 'key' });
  expect(jsonFault('{"a": 1')).toEqual({ at: 7, fault: 'unclosed' });
  expect(jsonFault('{"a": "b')).toEqual({ at: 6, fault: 'string' });
  expect(jsonFault('1 2')).toEqual({ at: 2, fault: 'end' });
});
