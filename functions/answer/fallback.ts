import { log } from '../log/log';
import type { Settings } from '../settings/settings';
import { fallbackTwiml } from '../twiml/fallback';
import { type Answer, answerTwiml } from './answer';

/** The fallback's TwiML; says in the log if its settings had to be passed over. */
export function fallbackDocument(settings: Settings, say?: string): string {
  if (settings.fallback.fault) log('setting refused', { ...settings.fallback.fault });
  return fallbackTwiml(settings, say);
}

/** The fallback as an answer: what a voice Function gives when everything else failed. */
export function answerFallback(settings: Settings): Answer {
  return answerTwiml(fallbackDocument(settings));
}
