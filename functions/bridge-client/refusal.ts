import { readRefusal } from '../../protocol/admission';
import { CodedError } from '../../protocol/errors';
import type { BridgeAnswer } from './client';

/** An answer that is not what was hoped for, as the fault that it is. */
export function refusalOf({ status, body }: BridgeAnswer): CodedError {
  const refusal = readRefusal(body);
  return refusal === undefined
    ? new CodedError('bridge_answer_invalid', `status ${status}`)
    : new CodedError('bridge_refused', `${status} ${refusal.code}: ${refusal.message}`);
}
