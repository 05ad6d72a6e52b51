import { openFileBase } from './file/file-base';
import type { RecordBase } from './record-base';

/**
 * Opens what CALL_STORE names.
 * @throws where a file cannot be opened.
 */
export function openBase(place: string): Promise<RecordBase> {
  return openFileBase(place);
}
