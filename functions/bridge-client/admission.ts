import {
  type AdmissionGrant,
  type AdmissionRequest,
  readAdmissionGrant,
} from '../../protocol/admission';
import type { BridgeAddress } from '../settings/bridge-address';
import { ANSWER_LIMIT_MS } from './client';
import { askNodes } from './nodes';
import { refusalOf } from './refusal';
import { checkStreamAddress } from './stream-address';

/**
 * Asks the bridge to take a call.
 * @param node the one that placed it, where there are several.
 * @throws CodedError `bridge_unreachable`, `bridge_timeout`, `bridge_refused` or
 * `bridge_answer_invalid`.
 */
export async function requestAdmission(
  bridge: BridgeAddress,
  request: AdmissionRequest,
  node: string | undefined,
): Promise<AdmissionGrant> {
  const answer = await askNodes(bridge, {
    method: 'POST',
    path: '/calls',
    body: request,
    limitMs: ANSWER_LIMIT_MS,
    node,
  });
  const grant = answer.status === 201 ? readAdmissionGrant(answer.body) : undefined;
  if (grant === undefined) throw refusalOf(answer);
  checkStreamAddress(grant.streamUrl);
  return grant;
}
