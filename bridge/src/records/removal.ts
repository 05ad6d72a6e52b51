import { unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CallRecord } from './call-record';
import type { RecordBase } from './record-base';

/** What became of a call that was deleted. */
export interface Removed {
  readonly callSid: string;
  /** Files that are gone. */
  readonly recordings: readonly string[];
  /** Files that are not: in another folder, or not to be deleted; with the reason. */
  readonly left: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Deletes calls: first the recordings, then the records that name them, so that no file is left that
 * nobody knows of. Only files in the folder of the recordings are touched.
 * @param folder RECORDINGS_FOLDER; without it no file is.
 */
export async function removeCalls(
  base: RecordBase,
  records: readonly CallRecord[],
  folder: string | undefined,
): Promise<Removed[]> {
  const removed: Removed[] = [];
  for (const { callSid, recording } of records) {
    const recordings: string[] = [];
    const left: { path: string; why: string }[] = [];
    for (const { path } of recording?.files ?? []) {
      const why = await removeFile(path, folder);
      if (why === undefined) recordings.push(path);
      else left.push({ path, why });
    }
    removed.push({ callSid, recordings, left });
  }
  await base.remove(records.map(({ callSid }) => callSid));
  return removed;
}

async function removeFile(path: string, folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return 'RECORDINGS_FOLDER is not set';
  if (dirname(resolve(path)) !== resolve(folder)) return 'not in RECORDINGS_FOLDER';
  try {
    await unlink(path);
    return undefined;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return why === 'ENOENT' ? 'not there' : why;
  }
}
