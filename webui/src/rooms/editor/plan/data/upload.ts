import { API, ApiError } from '@/api/client';
import type { DataFile, ErrorBody } from '@/api/types';
import { contentPath } from './content';

/** The most that one file may have, in bytes. */
export const MAX_FILE = 100 * 1024 * 1024;

export interface UploadOptions {
  /** Replaces a file of this path; without it such a file is an error (409 or 412). */
  overwrite?: boolean;
  /** Told of what is sent, 0–1. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** What a file is called in the workspace: data/<name>, or what was typed. */
export function pathFor(name: string, folder = 'data'): string {
  return `${folder}/${name.replace(/[\\/]+/g, '_')}`;
}

/** Sends a file to the workspace. XMLHttpRequest tells how far it is, which fetch does not. */
export function upload(path: string, file: Blob, { overwrite, onProgress, signal }: UploadOptions = {}): Promise<DataFile> {
  return new Promise((resolve, reject) => {
    if (file.size > MAX_FILE) {
      reject(new ApiError(413, 'too_large', path));
      return;
    }
    const request = new XMLHttpRequest();
    request.open('PUT', API + contentPath(path));
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    if (!overwrite) request.setRequestHeader('If-None-Match', '*');
    request.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total);
    request.onload = () => {
      const value = read(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(value as DataFile);
      else {
        const error = (value as { error?: ErrorBody } | undefined)?.error;
        reject(new ApiError(request.status, error?.code ?? 'unknown', error?.message ?? request.statusText, error?.hint));
      }
    };
    request.onerror = () => reject(new ApiError(0, 'network', path));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a file was refused because there is one already. */
export function isTaken(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 412 || (error.status === 409 && error.code === 'exists'));
}
