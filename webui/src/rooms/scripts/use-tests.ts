import { useCallback, useState } from 'react';
import type { ScriptTest } from '@/api/types';
import { testScript } from './calls';

export interface TestRun {
  file: string;
  running: boolean;
  result: ScriptTest | null;
  error: unknown;
}

/** Runs the tests of one file at a time. */
export function useTests(file: string) {
  const [run, setRun] = useState<TestRun>({ file, running: false, result: null, error: null });
  const start = useCallback(async () => {
    setRun({ file, running: true, result: null, error: null });
    try {
      setRun({ file, running: false, result: await testScript(file), error: null });
    } catch (error) {
      setRun({ file, running: false, result: null, error });
    }
  }, [file]);
  return { run, start };
}
