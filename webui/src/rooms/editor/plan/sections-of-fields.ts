import { pathsOf, type Section } from '../sections';

/** The keys of the plan that a section shows; undefined: all, also those that have their place in the outline. */
export function fieldsOfSection(section: Section): string[] | undefined {
  if (section === 'general') return undefined;
  return section === 'blocks' ? ['blocks'] : pathsOf(section).map(String);
}
