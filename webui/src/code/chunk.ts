// All that needs CodeMirror, as one chunk. Only index.tsx imports this, and lazily.
export { CodeView } from './code-view';
export { DiffView } from './diff-view';
export { LuaView } from './lua-view';
