import { describeTwilioError } from '@realtime-phone/protocol/twilio-errors/catalogue';

/** Something that can be behind the end of a call. */
export interface Cause {
  /** How far down the chain it lies: the lowest is the cause, the others follow from it. 90 and more: the call survived it. */
  readonly rank: number;
  readonly atMs: number;
  readonly code: string;
  /** Particulars of this case, with a comma before them. */
  readonly detail: string;
  readonly message?: string;
  readonly remedy?: string;
}

/** From this rank on the call survived it. */
export const SURVIVED = 90;

/** Codes of a stream by the step of it that they break. */
const STREAM_STEPS: readonly (readonly [codes: readonly number[], rank: number])[] = [
  [[31922, 31923, 31940, 31941, 31942, 31952, 31954, 31960], 30],
  [[31901, 31902, 31904, 31910], 40],
  [[31920], 51],
];

/** How far down the chain one of Twilio's errors lies. */
export function rankOfTwilio(code: number, url: string): number {
  if (/\/(call-status|stream-status)(\?|$)/.test(url)) return SURVIVED;
  const { level } = describeTwilioError(code);
  if (code === 12200) return 57;
  if (level === 'warning') return SURVIVED + 5;
  const step = STREAM_STEPS.find(([codes]) => codes.includes(code));
  if (step !== undefined) return step[1];
  if (code >= 31900 && code < 32000) return 80;
  if (/\/(stream-ended|fallback)(\?|$)/.test(url)) return 85;
  if (code < 11000) return 5;
  if (code < 13000 || code >= 82000) return 10;
  return code >= 20000 && code < 22000 ? 5 : 85;
}

const REFUSED_ADMISSION =
  /^(bridge_full|bridge_draining|caller_calls_|withheld_calls_|agent_|outbound_call_unknown)/;
const REFUSED_UPGRADE =
  /^(twilio_signature_|node_other|call_not_admitted|call_already_streaming|sockets_full)/;
const REFUSED_START =
  /^(token_|start_|call_sid_|stream_format_|custom_parameters_|frame_|media_not_)/;
const SURVIVED_FAULT = /^(tool_|outcome_|recording_|transfer_|model_error$|call_too_long)/;

/** How far down the chain one of the bridge's own codes lies. */
export function rankOfFault(code: string): number {
  if (/^(twilio_refused|twilio_busy|twilio_unreachable|number_invalid)$/.test(code)) return 5;
  if (REFUSED_ADMISSION.test(code)) return 20;
  if (REFUSED_UPGRADE.test(code)) return 50;
  if (REFUSED_START.test(code)) return 55;
  if (/^(stream_not_arrived|admission_expired)$/.test(code)) return 58;
  if (SURVIVED_FAULT.test(code)) return SURVIVED + 1;
  return code.startsWith('model_') ? 70 : 80;
}
