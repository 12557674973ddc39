import { call, segment } from '@/api/client';

/** Where the content of a file of the workspace is asked for, below the API. */
export function contentPath(path: string): string {
  return `/files/content/${path.split('/').map(segment).join('/')}`;
}

/** Deletes a file of the workspace. Nothing is kept of it. */
export async function deleteFile(path: string): Promise<void> {
  await call(contentPath(path), { method: 'DELETE' });
}
