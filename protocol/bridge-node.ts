/**
 * The header that names one bridge of several. On a request it says which one the call is with, so
 * that a proxy can lead it there; on an answer, which one gave it or, with `node_other`, has the call.
 */
export const NODE_HEADER = 'bridge-node';

const NAME = /^[a-z0-9-]{1,32}$/;
const STREAM_PATH = /^\/media-stream\/(?:([^/]+)\/)?([^/]+)$/;

/** True for what may be a bridge's name: 1 to 32 of a-z, 0-9 and `-`, so that it fits into a path. */
export function isNodeName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}

/** The path of a call's stream: with the node before the CallSid where there are several. */
export function writeStreamPath(callSid: string, node: string | undefined): string {
  return `/media-stream/${node === undefined ? '' : `${node}/`}${callSid}`;
}

/** Reads a path as written above, or gives undefined if it is no stream's. Neither part is checked. */
export function readStreamPath(
  path: string,
): { readonly callSid: string; readonly node: string | undefined } | undefined {
  const [, node, callSid] = STREAM_PATH.exec(path) ?? [];
  return callSid === undefined ? undefined : { callSid, node };
}
