import type { CallEvent } from '../../protocol/call-event';
import { logFault } from '../log/log';
import type { CallRequest } from '../request/call-handler';
import { readBridgeAddress } from '../settings/bridge-address';
import { EVENT_LIMIT_MS } from './client';
import { askNodes, readNode } from './nodes';
import { refusalOf } from './refusal';

/** Passes on what Twilio said. A bridge that is not there is logged, and no more. */
export async function passOn(
  source: CallEvent['source'],
  { callSid, parameters, context }: CallRequest,
): Promise<void> {
  try {
    const event: CallEvent = { source, parameters };
    const answer = await askNodes(readBridgeAddress(context), {
      method: 'POST',
      path: `/calls/${callSid}/events`,
      body: event,
      limitMs: EVENT_LIMIT_MS,
      node: readNode(parameters),
    });
    if (answer.status < 200 || answer.status >= 300) throw refusalOf(answer);
  } catch (error) {
    logFault('event not passed on', error, { callSid, source });
  }
}
