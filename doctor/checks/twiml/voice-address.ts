import { readFlow, readMode } from '../../../twilio-account/pointing';
import type { Facts } from '../../examination';

/** What is asked for TwiML. */
export interface VoiceAddress {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** Where these Functions begin, if it is one of them. */
  readonly functionsUrl: string | undefined;
  /** True where the number is in test mode, and the stream of the same Functions is looked at. */
  readonly isTest: boolean;
}

/**
 * What Twilio asks when the number is called; without a number, what it would ask. Undefined where
 * nothing is known, or where asking would start a Studio flow.
 */
export function findVoiceAddress({ voiceUrl, voiceMethod, functionsUrl }: Facts) {
  if (voiceUrl === undefined) {
    return functionsUrl === undefined ? undefined : streamModeOf(functionsUrl, false);
  }
  const method = voiceMethod ?? 'POST';
  const voice = { url: voiceUrl, method };
  if (readFlow(voice) !== undefined) return undefined;
  const mode = readMode(voice);
  const own = mode === undefined ? undefined : baseOf(voiceUrl);
  if (mode === 'test' && own !== undefined) return streamModeOf(own, true);
  return { ...voice, functionsUrl: own, isTest: false } satisfies VoiceAddress;
}

function streamModeOf(functionsUrl: string, isTest: boolean): VoiceAddress {
  return { url: `${functionsUrl}/stream-mode`, method: 'POST', functionsUrl, isTest };
}

/** The address without the route at its end, and without what follows it. */
function baseOf(voiceUrl: string): string {
  return voiceUrl.replace(/\/(?:stream|test)-mode(?:[?#].*)?$/, '');
}
