import type { Path } from '@/plan';

/** Parts of a plan's settings; the first is what the plan itself shows. */
export const SECTIONS = ['general', 'defaults', 'variables', 'data', 'load', 'thresholds', 'environments', 'run', 'script', 'blocks'] as const;
export type Section = (typeof SECTIONS)[number];

/** Which section shows a key of the plan; general shows the rest. */
export const SECTION_OF: Readonly<Record<string, Section>> = {
  defaults: 'defaults', variables: 'variables', data: 'data', files: 'data', load: 'load', scenarios: 'load', measure: 'load',
  thresholds: 'thresholds', samples: 'run', run: 'run', script: 'script',
};

/** What of the plan a section shows. */
export function pathsOf(section: Section): Path[] {
  return Object.keys(SECTION_OF).filter((key) => SECTION_OF[key] === section).map((key) => [key]);
}
