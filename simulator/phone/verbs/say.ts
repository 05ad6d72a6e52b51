import type { TwimlElement } from '@realtime-phone/protocol/twiml/document';
import { loopsOf, NEXT, type Verb } from './verb';

/** `<Say>`: no speech is made; it lasts as long as its text is long. */
export const say: Verb = async (call, element) => {
  const text = spokenText(element);
  for (let loop = 0; loop < loopsOf(element) && !call.isOver(); loop += 1) {
    call.journal.said(text);
    call.journal.note('say', `Twilio says: ${text}`);
    await call.wait(text.length * call.settings.sayMsPerCharacter);
  }
  return NEXT;
};

/** The text with that of its SSML. */
function spokenText(element: TwimlElement): string {
  const parts = [element.text, ...element.children.map(spokenText)];
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}
