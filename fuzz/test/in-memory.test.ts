import { join } from 'node:path';
import fc from 'fast-check';
import { MediaStream } from '../../bridge/src/media-stream/media-stream';
import { Scratch } from '../../bridge/src/media-stream/scratch';
import { CodedError, FAULTS } from '../../protocol/errors';
import { readServerEvent } from '../../protocol/realtime/server-events';
import { fuzzAgentFiles } from '../agent-files';
import { modelEvent } from '../events';
import { anyTwilioFrame } from '../frames';
import { readOptions } from '../options';

const START =
  '{"event":"start","start":{"streamSid":"MZ1","callSid":"CA1","mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}';

describe('Fuzzed frames of Twilio’s side', () => {
  it('end a stream once, with a code of the table, or leave it as it was', () => {
    fc.assert(
      fc.property(fc.array(anyTwilioFrame, { maxLength: 30 }), fc.boolean(), (frames, starts) => {
        const closes: [number, string][] = [];
        const faults: (CodedError | undefined)[] = [];
        let audio = 0;
        const stream = new MediaStream(
          {
            sendText: () => undefined,
            close: (code, reason) => closes.push([code, reason]),
            terminate: () => undefined,
            queuedBytes: () => 0,
          },
          {
            onStart: () => ({
              takeCallerAudio: () => (audio += 1),
              takeMark: () => undefined,
              takeDigit: () => undefined,
            }),
            onEnd: (fault) => faults.push(fault),
          },
          {
            ...{ startMs: 60_000, idleMs: 60_000 },
            ...{ maxFrameBytes: 65_536, maxQueuedBytes: 65_536, maxCustomParameters: 16 },
          },
          new Scratch(),
        );
        if (starts) stream.onMessage(Buffer.from(START), false);
        for (const frame of frames) stream.onMessage(Buffer.from(frame), false);
        const heard = audio;
        stream.close();
        stream.onMessage(Buffer.from(START), false);
        expect(audio).toBe(heard); // after its end it takes nothing
        if (!starts && !frames.some((frame) => frame.includes('"start"'))) expect(audio).toBe(0);
        expect(faults).toHaveLength(1);
        expect(closes).toHaveLength(1);
        const [[, reason] = [0, '']] = closes;
        expect(['stop', 'call_ended', ...Object.keys(FAULTS)]).toContain(reason);
        expect(reason).not.toBe('internal_error');
      }),
      { numRuns: 400 },
    );
  });
});

describe('Fuzzed events of the model', () => {
  it('are read, or refused with a code', () => {
    fc.assert(
      fc.property(modelEvent, (frame) => {
        try {
          expect(typeof readServerEvent(frame).type).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(CodedError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Changed agent files', () => {
  it('are read, or refused with their faults', () => {
    const refused = fuzzAgentFiles(300, 1, join(__dirname, '../../bridge/agents'));
    expect(refused).toBeGreaterThan(100);
  });
});

it('The options are read, or refused with exit code 2', () => {
  expect(readOptions(['--hostile', '10', '--seed', '3'])).toMatchObject({ hostile: 10, seed: 3 });
  for (const wrong of [['--frames', '0'], ['--frames', '1', '--hostile', '1'], ['--what']])
    expect(() => readOptions(wrong)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
});
