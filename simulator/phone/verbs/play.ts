import type { Call } from '../call';
import { readClip } from '../wave';
import { WebhookFailure } from '../webhook';
import { addressIn, loopsOf, NEXT, type Verb } from './verb';

/** Assumed: how long a tone and the silence after it last, and what `w` waits. */
const DIGIT_MS = 200;
const WAIT_MS = 500;

/** `<Play>`: a clip from an address, or digits. */
export const play: Verb = async (call, element, document) => {
  const { digits } = element.attributes;
  if (digits !== undefined) {
    call.journal.note('play', `Twilio plays the digits ${digits}`, { digits });
    for (const digit of digits) await call.wait(digit.toLowerCase() === 'w' ? WAIT_MS : DIGIT_MS);
    return NEXT;
  }
  const url = addressIn(document, element.text);
  if (url === undefined) return NEXT;
  const clip = await fetchClip(call, url);
  if (clip === undefined) return NEXT;
  for (let loop = 0; loop < loopsOf(element) && !call.isOver(); loop += 1) {
    const startMs = call.journal.nowMs();
    call.journal.note('play', `Twilio plays ${url}, ${Math.round(clip.lengthMs)} ms`, { url });
    await call.wait(clip.lengthMs);
    const heardMs = call.isOver() ? call.journal.nowMs() - startMs : clip.lengthMs;
    if (clip.mulaw) call.agentTrack.place(startMs, clip.mulaw.subarray(0, heardMs * 8));
  }
  return NEXT;
};

/** Assumed: a clip that cannot be fetched is reported, and the call goes on without it. */
async function fetchClip(call: Call, url: string) {
  try {
    const answer = await call.webhook.send({ url, method: 'GET', parameters: {} });
    if (answer.status === 200) return readClip(answer.body, answer.contentType ?? '');
    call.journal.fault(11200, `${url} answered ${answer.status}`);
  } catch (problem) {
    if (!(problem instanceof WebhookFailure)) throw problem;
    call.journal.fault(problem.code, problem.message);
  }
  return undefined;
}
