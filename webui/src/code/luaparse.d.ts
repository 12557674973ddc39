declare module 'luaparse' {
  export interface LuaNode {
    type: string;
    [part: string]: unknown;
  }
  export interface Options {
    luaVersion?: '5.1' | 'LuaJIT';
    comments?: boolean;
    /** Without it none of the calls about scopes come. */
    scope?: boolean;
    onCreateNode?: (node: LuaNode) => void;
    onCreateScope?: () => void;
    onDestroyScope?: () => void;
    onLocalDeclaration?: (name: string) => void;
  }
  export interface SyntaxFault extends SyntaxError {
    line: number;
    column: number;
    index: number;
  }
  const parser: { parse: (text: string, options?: Options) => LuaNode };
  export default parser;
}
