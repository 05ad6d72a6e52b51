import type { BridgeRecord, RecordedFault } from './evidence';

/** The steps of a course, in the words of the bridge. */
const LOST = 'model session lost';
const REPLACED = 'model session replaced';
/** A loss and its fault are noted one after the other. */
const SAME_MS = 10;

/**
 * Whether a call went on after a fault of its model: another session took over, or the response was
 * asked for once more and came. A caller who hung up while there was no model did not get over it.
 */
export function isModelSurvived(
  { course, end }: BridgeRecord,
  { atMs, code }: Pick<RecordedFault, 'atMs' | 'code'>,
): boolean {
  if (!code.startsWith('model_') || code === 'model_error') return false;
  if (course.some(({ what, atMs: replacedAtMs }) => what === REPLACED && replacedAtMs >= atMs))
    return true;
  const wasLost = course.some((one) => one.what === LOST && Math.abs(one.atMs - atMs) <= SAME_MS);
  return (
    code === 'model_response_failed' && !wasLost && end !== undefined && end.code === undefined
  );
}

/** The sessions that were lost and replaced, in words; undefined where none was. */
export function findReplacedSessions({ course, errors }: BridgeRecord): string | undefined {
  const lost = course.filter(({ what }) => what === LOST).length;
  const last = course.findLast(({ what }) => what === REPLACED);
  if (lost === 0 || last === undefined) return undefined;
  const codes = new Set(errors.map(({ code }) => code).filter((code) => code.startsWith('model_')));
  const times = lost === 1 ? 'its model was lost' : `its model was lost ${lost} times`;
  return `${times} (${[...codes].join(', ')}): another session took over`;
}
