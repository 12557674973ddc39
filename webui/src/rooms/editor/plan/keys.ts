import type { Section } from '../location';

/** What of a plan each section shows; the keys that are missing here have places of their own in the outline. */
export const SECTION_KEYS: Record<Section, readonly string[]> = {
  general: ['version', 'name', 'description', 'base_url', 'cookies', 'connections', 'user_life', 'on_failure'],
  defaults: ['defaults'],
  variables: ['variables'],
  data: ['data', 'files'],
  load: ['load', 'scenarios', 'measure'],
  thresholds: ['thresholds'],
  environments: [],
  run: ['run', 'samples'],
  script: ['script'],
  blocks: ['blocks'],
};
