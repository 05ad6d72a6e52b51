import type { Answer } from '../../reach';

/** What `/readyz` shows. */
export interface BridgeState {
  readonly calls: number;
  readonly capacity: number;
  readonly accepting: boolean;
  readonly draining: boolean;
}

/** True if this is the bridge's answer to `/healthz`, and not just any 200. */
export function readHealth({ status, body }: Answer): boolean {
  return status === 200 && fieldsOf(body).status === 'ok';
}

/** The bridge's answer to `/readyz`; undefined if it is another's. */
export function readState({ status, body }: Answer): BridgeState | undefined {
  const { calls, capacity, accepting, draining } = fieldsOf(body);
  if (status !== 200 && status !== 503) return undefined;
  if (typeof calls !== 'number' || typeof capacity !== 'number') return undefined;
  if (typeof accepting !== 'boolean' || typeof draining !== 'boolean') return undefined;
  return { calls, capacity, accepting, draining };
}

/** A text of a JSON object, cut to what may be shown; empty where there is none. */
export function textOf(body: string, name: 'message' | 'remedy'): string {
  const text = fieldsOf(body)[name];
  return typeof text === 'string' ? text.slice(0, 300) : '';
}

/** The fields of a JSON object; none where it is no such thing. */
export function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>; // each field is checked where it is read
  } catch {
    return {};
  }
}
