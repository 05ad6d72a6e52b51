import type { CodedError } from '@realtime-phone/protocol/errors';

/** Codes of the provider with which the same thing will fail again; it says them in several places. */
const FATAL_WORDS =
  /insufficient_quota|billing_hard_limit|invalid_api_key|model_not_found|account_deactivated|beta_api_shape_disabled/;

/**
 * True for a fault that a new session of the same provider would meet again: a bad key, no quota, a
 * model that is not there, settings or a format that it does not take.
 * Source: https://platform.openai.com/docs/guides/error-codes
 */
export function isFatal({ code, detail = '' }: CodedError): boolean {
  switch (code) {
    case 'model_refused':
    case 'model_format_wrong':
    case 'model_session_refused':
      return true;
    default:
      return FATAL_WORDS.test(detail);
  }
}

/** True for a fault that says nothing of the model, but of this call: its agent, its audio. */
export function isOfOneCall({ code }: CodedError): boolean {
  return (
    code === 'model_session_refused' ||
    code === 'caller_audio_overflow' ||
    code === 'agent_audio_overflow' ||
    code === 'internal_error'
  );
}
