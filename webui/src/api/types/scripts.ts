// Libraries of Lua, and what Lua can call.
import type { StoredText } from './plans';

export interface ScriptInfo {
  path: string;
  source: 'workspace' | 'shipped';
  size: number;
  revision: string;
  modified?: string;
  problems: number;
  /** A shipped one: the workspace has a library of that name, which scripts get instead. */
  replaced?: boolean;
}

export interface StoredScript extends StoredText {
  source: 'workspace' | 'shipped';
}

export interface ScriptTest {
  ok: boolean;
  tests: { name: string; ok: boolean; message: string; place: string }[];
  output: string;
}

export interface LuaFunction {
  name: string;
  signature: string;
  doc: string;
  kind: 'function' | 'method' | 'value' | 'hook' | 'library';
  params?: string[];
}

export interface LuaApi {
  functions: LuaFunction[];
  hooks: LuaFunction[];
  /** What tests of libraries find beside the functions. */
  tests?: LuaFunction[];
  libraries: { name: string; source: 'workspace' | 'shipped' | 'host'; functions: LuaFunction[] }[];
}
