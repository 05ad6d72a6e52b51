import { sliceOf } from '@realtime-phone/protocol/base64';
import fc from 'fast-check';
import { AudioLog, NOWHERE } from '../src/call/audio-log';

const ROOM_BYTES = 11_264;
const PIECE_BYTES = 262_144;

describe('The last second of all callers', () => {
  let nowMs = 0;
  let log: AudioLog;

  beforeEach(() => {
    nowMs = 0;
    log = new AudioLog(() => nowMs);
  });

  /** One caller, who remembers the place of the newest frame. */
  const caller = () => {
    const who = log.addCaller();
    let last = NOWHERE;
    return {
      say: (text: string) => (last = log.append(who, last, sliceOf(text))),
      heard: () =>
        log
          .read(who, last)
          .map(({ bytes, from, to }) => Buffer.from(bytes).toString('latin1', from, to)),
    };
  };
  const frame = (byte: number) => Buffer.alloc(160, byte).toString('base64');

  it('gives each caller the newest frames, whole and in order, whatever their lengths', () => {
    const anyFrame = fc.record({
      who: fc.nat(2),
      text: fc.base64String({ minLength: 4, maxLength: 1_600 }),
    });
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 600 }), (frames) => {
        const callers = [caller(), caller(), caller()];
        const models: string[][] = [[], [], []];
        for (const { who, text } of frames) {
          callers[who]?.say(text);
          models[who]?.push(text);
        }
        for (const model of models) while (model.join('').length > ROOM_BYTES) model.shift();
        expect(callers.map(({ heard }) => heard())).toEqual(models);
      }),
    );
  });

  it('has a second of Twilio’s frames, with a thousand callers', () => {
    const callers = Array.from({ length: 1_000 }, caller);
    for (let at = 0; at < 80; at += 1, nowMs += 20) for (const { say } of callers) say(frame(at));
    const wanted = Array.from({ length: 52 }, (_, at) => frame(at + 28));
    for (const { heard } of callers) expect(heard()).toEqual(wanted);
  });

  it('takes the memory of two seconds at most, and gives it back as callers go', () => {
    const callers = Array.from({ length: 400 }, caller);
    const speak = (who: typeof callers, seconds: number) => {
      for (let at = 0; at < 50 * seconds; at += 1, nowMs += 20)
        for (const { say } of who) say(frame(at));
    };
    speak(callers, 6);
    expect(log.bytes).toBeLessThan(400 * 50 * 240 * 2);
    speak(callers.slice(0, 4), 60);
    expect(log.bytes).toBeLessThanOrEqual(3 * PIECE_BYTES);
  });

  it('gives nobody what another one said, where memory was written over', () => {
    const [silent, others] = [caller(), Array.from({ length: 8 }, caller)];
    silent.say(frame(1));
    // All numbers of pieces are given out anew, so that the place of the silent one is used again.
    const given = new Set<string>();
    for (let piece = 0; piece < 4_200; piece += 1, nowMs += 2_000) {
      for (let at = 0; at < PIECE_BYTES / ROOM_BYTES; at += 1)
        others[at % others.length]?.say('A'.repeat(ROOM_BYTES));
      for (const text of silent.heard()) given.add(text);
    }
    expect([...given].filter((text) => text !== frame(1))).toEqual([]);
    expect(silent.heard()).toEqual([]);
    silent.say(frame(2));
    expect(silent.heard()).toEqual([frame(2)]);
  });

  it('leaves out a frame that is longer than a second', () => {
    const { say, heard } = caller();
    say('AAAA');
    say('A'.repeat(ROOM_BYTES + 4));
    expect(heard()).toEqual(['AAAA']);
  });
});
