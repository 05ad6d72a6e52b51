import { sliceOf } from '@realtime-phone/protocol/base64';
import fc from 'fast-check';
import { AudioRing } from '../src/call/audio-ring';

const ROOM_BYTES = 11_264;
const ROOM_FRAMES = 64;

describe('The last second of a caller', () => {
  it('gives the newest frames whole and in order, whatever their lengths', () => {
    const frame = fc.base64String({ minLength: 4, maxLength: 1_200 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 120 }), fc.nat(120), (frames, takenAt) => {
        const ring = new AudioRing();
        let model: string[] = [];
        for (const [at, text] of frames.entries()) {
          ring.push(sliceOf(text));
          model.push(text);
          while (model.length > ROOM_FRAMES || model.join('').length > ROOM_BYTES) model.shift();
          if (at !== takenAt) continue;
          expect(read(ring)).toEqual(model);
          model = [];
        }
        expect(read(ring)).toEqual(model);
      }),
    );
  });

  it('has a second of Twilio’s frames', () => {
    const ring = new AudioRing();
    const frames = Array.from({ length: 80 }, (_, at) => Buffer.alloc(160, at).toString('base64'));
    for (const frame of frames) ring.push(sliceOf(frame));
    expect(read(ring)).toEqual(frames.slice(-52));
  });

  it('leaves out a frame that is longer than all of it', () => {
    const ring = new AudioRing();
    ring.push(sliceOf('AAAA'));
    ring.push(sliceOf('A'.repeat(ROOM_BYTES + 4)));
    expect(read(ring)).toEqual(['AAAA']);
  });

  const read = (ring: AudioRing) =>
    ring.take().map(({ bytes, from, to }) => Buffer.from(bytes).toString('latin1', from, to));
});
