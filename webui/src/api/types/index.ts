// What the master's API says, as docs/api.md describes it. Times of runs are in
// milliseconds unless a name says otherwise, shares are 0–1.
export * from './errors';
export * from './session';
export * from './plans';
export * from './runs';
export * from './results';
export * from './exchanges';
export * from './series';
export * from './workers';
export * from './scripts';
export * from './files';
export * from './start';
export * from './send';
