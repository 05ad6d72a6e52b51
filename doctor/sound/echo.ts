import { decodeMulaw } from '@realtime-phone/protocol/mulaw';

/** Linear samples below this are silence to the ear. */
const AUDIBLE = 400;
/** A voice detector may cut so much of the first and the last sound: 100 ms. */
const EDGE_BYTES = 800;

/** The middle of an utterance, which whoever says it back must have, byte for byte. */
export function coreOf(spoken: Buffer): Buffer {
  const isLoud = (byte: number) => Math.abs(decodeMulaw(byte)) >= AUDIBLE;
  const from = spoken.findIndex(isLoud);
  const to = spoken.findLastIndex(isLoud) + 1;
  const edge = Math.min(EDGE_BYTES, Math.floor((to - from) / 4));
  return spoken.subarray(from + edge, to - edge);
}

/** True where the audio has the utterance in it, byte for byte: a model that is a parrot. */
export function isEcho(heard: Buffer, spoken: Buffer): boolean {
  const core = coreOf(spoken);
  return core.length > 0 && heard.includes(core);
}
