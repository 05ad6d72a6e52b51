import { NEXT, type Verb } from './verb';

/** `<Pause length>`: whole seconds, 1 without the attribute. */
export const pause: Verb = async (call, element) => {
  const lengthS = Number(element.attributes.length ?? '1');
  const ms = Number.isFinite(lengthS) && lengthS >= 0 ? lengthS * 1000 : 1000;
  call.journal.note('pause', `pause of ${ms / 1000} s`, { ms });
  await call.wait(ms);
  return NEXT;
};
