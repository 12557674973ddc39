import { parsePlan } from '@/plan';
import { describe, expect, it } from 'vitest';
import { freeName, nameOfFile, newPlan } from './plan-files';

describe('names of plans', () => {
  it('come from files', () => {
    expect(nameOfFile('shop.yaml')).toBe('shop');
    expect(nameOfFile('C:\\plans\\my shop.YML')).toBe('my shop');
    expect(nameOfFile('.yaml')).toBe('plan');
  });

  it('are free, whatever the case of letters: file systems do not tell them apart everywhere', () => {
    expect(freeName('shop', [])).toBe('shop');
    expect(freeName('Shop', ['shop', 'shop 2'])).toBe('Shop 3');
  });

  it('survive in a new plan', () => {
    const doc = parsePlan(newPlan('a "quoted": name'));
    expect(doc.problems).toEqual([]);
    expect(doc.get(['name'])).toBe('a "quoted": name');
  });
});
