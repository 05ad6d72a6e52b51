import { encodeMulaw } from '@realtime-phone/protocol/mulaw';
import { startStandInCall, type StandInCall } from './stand-in/call';

const FRAME = 160;
/** A tone at a fifth of full scale, as loud as speech. */
const LOUD = Buffer.from(
  Array.from({ length: FRAME }, (_, at) => encodeMulaw(6_000 * Math.sin((2 * Math.PI * at) / 40))),
);
const QUIET = Buffer.alloc(FRAME, 0xff);

describe('A noise that is shorter than min_interruption_ms', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall('manners: { min_interruption_ms: 200 }\n');
    call.respond('r1', 3_000);
    await call.phone.waitFor('mark');
  });
  afterEach(() => call.close());

  const line = (frame: Buffer, ms: number) => {
    for (let at = 0; at < ms; at += 20) call.phone.media(frame);
  };
  const sent = (type: string) => call.session.received.filter((event) => event.type === type);

  it('leaves the agent speaking, and is not answered', async () => {
    line(LOUD, 120);
    call.speechStarted();
    line(QUIET, 600);
    await call.settle();
    call.speechStopped();
    call.finish('r1');
    await call.settle();
    expect(call.phone.received.some(({ event }) => event === 'clear')).toBe(false);
    expect(sent('response.cancel')).toEqual([]);
    expect(sent('conversation.item.truncate')).toEqual([]);
    expect(sent('response.create')).toEqual([]);
  });

  it('is told from speech, which cuts the agent, cancels its response and is answered', async () => {
    line(LOUD, 100);
    call.speechStarted();
    await call.settle();
    expect(call.phone.received.some(({ event }) => event === 'clear')).toBe(false);
    line(LOUD, 140);
    await call.phone.waitFor('clear');
    expect(await call.session.waitFor('response.cancel')).toMatchObject({ response_id: 'r1' });
    await call.session.waitFor('conversation.item.truncate');
    call.speechStopped();
    await call.settle();
    // The one that was cancelled has not ended yet, so a second would be refused.
    expect(sent('response.create')).toEqual([]);
    call.finish('r1', 'cancelled');
    await call.session.waitFor('response.create');
  });

  it('is the bridge’s to judge: the model neither cancels nor answers by itself', () => {
    const [update] = sent('session.update');
    expect(update).toMatchObject({
      session: {
        audio: {
          input: { turn_detection: { interrupt_response: false, create_response: false } },
        },
      },
    });
  });

  it('cancels nothing where no response runs any more', async () => {
    call.finish('r1');
    line(LOUD, 300);
    call.speechStarted();
    line(LOUD, 20);
    await call.phone.waitFor('clear');
    await call.session.waitFor('conversation.item.truncate');
    expect(sent('response.cancel')).toEqual([]);
  });
});
