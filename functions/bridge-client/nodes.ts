import { setTimeout as sleep } from 'node:timers/promises';
import { readRefusal } from '../../protocol/admission';
import { isNodeName, readStreamPath } from '../../protocol/bridge-node';
import { CodedError } from '../../protocol/errors';
import type { Parameters } from '../request/parameters';
import type { BridgeAddress } from '../settings/bridge-address';
import { askBridge, type BridgeAnswer, type BridgeRequest } from './client';

/** What one node says when another may have room. */
const REFUSED_HERE = ['bridge_draining', 'bridge_full', 'bridge_busy'];
/** A proxy that asks for `/readyz` twice a second has then noticed a node that drains. */
const PAUSE_MS = 150;
/** An answer takes this long, at least, so that asking later would be in vain. */
const ANSWER_MS = 100;

/**
 * Asks the node that can answer. A node that the call is not with names the one that it is with,
 * and that is asked. One of several that takes no call now may have another beside it: the proxy is
 * asked again while the limit allows it. With one bridge, and no name, nothing is asked twice.
 * @throws CodedError `bridge_unreachable`, `bridge_timeout` or `bridge_answer_invalid`.
 */
export async function askNodes(
  bridge: BridgeAddress,
  request: BridgeRequest,
): Promise<BridgeAnswer> {
  const untilMs = performance.now() + request.limitMs;
  const leftMs = () => Math.max(1, Math.floor(untilMs - performance.now()));
  let answer = await askBridge(bridge, request);
  // Also of a node that was named: the call may have gone on elsewhere since.
  if (isOfOther(answer) && answer.node !== request.node)
    return await askBridge(bridge, { ...request, node: answer.node, limitMs: leftMs() });
  if (request.node !== undefined) return answer;
  while (isRefusedHere(answer) && leftMs() > PAUSE_MS + ANSWER_MS) {
    await sleep(PAUSE_MS);
    try {
      answer = await askBridge(bridge, { ...request, limitMs: leftMs() });
    } catch (error) {
      // What was refused before says more than that there was no time for another answer.
      if (error instanceof CodedError && error.code === 'bridge_timeout') return answer;
      throw error;
    }
  }
  return answer;
}

/** The node of an address that Twilio is to come back to: in the stream's path, if there are several. */
export function nodeOfStream(streamUrl: string): string | undefined {
  const node = readStreamPath(new URL(streamUrl).pathname)?.node;
  return isNodeName(node) ? node : undefined;
}

/** The node in the address that Twilio came to. */
export function readNode({ node }: Parameters): string | undefined {
  return isNodeName(node) ? node : undefined;
}

/** An address of the Functions that leads back to the same node. */
export function onNode(address: string, node: string | undefined): string {
  if (node === undefined) return address;
  return `${address}${address.includes('?') ? '&' : '?'}node=${node}`;
}

function isOfOther({ status, node, body }: BridgeAnswer): boolean {
  return status === 409 && node !== undefined && readRefusal(body)?.code === 'node_other';
}

function isRefusedHere({ status, node, body }: BridgeAnswer): boolean {
  if (status !== 503 || node === undefined) return false;
  return REFUSED_HERE.includes(readRefusal(body)?.code ?? '');
}
