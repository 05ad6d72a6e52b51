import { readRefusal } from '../../protocol/admission';
import { CodedError } from '../../protocol/errors';
import { readBridgeAddress } from '../settings/bridge-address';
import { ANSWER_LIMIT_MS, askBridge, type BridgeAnswer } from './client';

/** A Date header is whole seconds, and servers keep one for a while. */
const SKEW_NOISE_S = 5;

/** How one signed request to the bridge went. */
export interface ProbeResult {
  readonly result: 'accepted' | 'refused' | 'clock-skew' | 'unreachable';
  /** From the first byte out to the last byte in; left out where no answer came. */
  readonly roundTripMs?: number;
  /** How far our clock is ahead of the bridge's, in seconds; left out where they agree. */
  readonly skewS?: number;
  readonly code?: string;
  readonly message?: string;
  readonly remedy?: string;
}

/** Sends one signed request, always the same, to see whether secret, clocks and network fit. */
export async function probeBridge(context: object): Promise<ProbeResult> {
  const askedAtMs = performance.now();
  try {
    const answer = await askBridge(readBridgeAddress(context), {
      method: 'GET',
      path: '/diagnostics',
      limitMs: ANSWER_LIMIT_MS,
    });
    const roundTripMs = Math.round(performance.now() - askedAtMs);
    const skewS = answer.dateMs === undefined ? 0 : Math.round((Date.now() - answer.dateMs) / 1000);
    return { ...judge(answer), roundTripMs, ...(Math.abs(skewS) > SKEW_NOISE_S ? { skewS } : {}) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { result: 'unreachable', ...explain(error) };
  }
}

function judge(answer: BridgeAnswer): ProbeResult {
  const { status, body } = answer;
  if (status === 200 && isObject(body) && body.functions === 'accepted') {
    return { result: 'accepted' };
  }
  const refusal = readRefusal(body);
  if (refusal === undefined) {
    return {
      result: 'unreachable',
      ...explain(new CodedError('bridge_answer_invalid', `status ${status}`)),
    };
  }
  return { result: refusal.code === 'request_expired' ? 'clock-skew' : 'refused', ...refusal };
}

function explain({ code, message, fault }: CodedError) {
  return { code, message, remedy: fault.remedy };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
