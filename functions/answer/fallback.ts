import { log, logFault } from '../log/log';
import type { Settings } from '../settings/settings';
import { fallbackTwiml } from '../twiml/fallback';
import { type Answer, answerTwiml } from './answer';

/** The fallback's TwiML; says in the log if its settings had to be passed over. */
export function fallbackDocument(settings: Settings, say?: string, note?: string): string {
  if (settings.fallback.fault) log('setting refused', { ...settings.fallback.fault });
  return fallbackTwiml(settings, say, note);
}

const LAST_RESORT =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Sorry, we cannot take your call right now.</Say><Hangup/></Response>';

/**
 * The fallback as an answer: what a voice Function gives when everything else failed. Should even
 * that fail, as for a setting that XML cannot hold, a caller still hears words.
 */
export function answerFallback(settings: Settings): Answer {
  try {
    return answerTwiml(fallbackDocument(settings));
  } catch (error) {
    logFault('fallback failed', error);
    return answerTwiml(LAST_RESORT);
  }
}
