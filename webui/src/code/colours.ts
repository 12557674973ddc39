/** Colours of the editor in one theme. A unit test holds them to a contrast of 4.5 on every ground. */
export interface Palette {
  dark: boolean;
  ground: string;
  gutter: string;
  gutterText: string;
  activeLine: string;
  selection: string;
  match: string;
  panel: string;
  border: string;
  text: string;
  dimmed: string;
  keyword: string;
  string: string;
  number: string;
  comment: string;
  name: string;
  property: string;
  template: string;
  cursor: string;
  error: string;
  warning: string;
  chosen: string;
  chosenText: string;
}

export const light: Palette = {
  dark: false,
  ground: '#ffffff',
  gutter: '#f5f6f7',
  gutterText: '#545b63',
  activeLine: '#f0f6f5',
  selection: '#cde4f7',
  match: '#fbe7a8',
  panel: '#f3f4f5',
  border: '#ced4da',
  text: '#1b1e22',
  dimmed: '#495057',
  keyword: '#7a1f93',
  string: '#14602f',
  number: '#8a3d00',
  comment: '#4d545c',
  name: '#0b4f8f',
  property: '#0b4f8f',
  template: '#0a5a52',
  cursor: '#1b1e22',
  error: '#b3201f',
  warning: '#8f4a00',
  chosen: '#d3ebe7',
  chosenText: '#10302c',
};

export const dark: Palette = {
  dark: true,
  ground: '#1e1f21',
  gutter: '#25272a',
  gutterText: '#a9b0b8',
  activeLine: '#27302f',
  selection: '#26425f',
  match: '#574713',
  panel: '#2a2c2f',
  border: '#4a4e54',
  text: '#e8eaed',
  dimmed: '#b8b8b8',
  keyword: '#dcb0ff',
  string: '#a8dcab',
  number: '#ffcb8b',
  comment: '#b6bdc6',
  name: '#9dcbff',
  property: '#9dcbff',
  template: '#7fe0d2',
  cursor: '#ffffff',
  error: '#ff9c9c',
  warning: '#ffc078',
  chosen: '#1f4a45',
  chosenText: '#e6fbf7',
};
