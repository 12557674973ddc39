export * from './presets';
export * from './stages-table';
