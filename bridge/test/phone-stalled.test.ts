import { setImmediate as nextTurn } from 'node:timers/promises';
import { type StandInCall, startStandInCall } from './stand-in/call';
import { ENGINES } from './stand-in/engines';
import { connectTwilio } from './stand-in/twilio';

const LIMIT_BYTES = 65_536;
const REPLY_MS = 10_000;
const MOST_REPLIES = 300;

describe.each(ENGINES)('A phone that takes nothing any more, on %s', (engine) => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall('', {
      BRIDGE_SERVER: engine,
      MAX_STREAM_QUEUE_BYTES: String(LIMIT_BYTES),
      MAX_AGENT_AUDIO_BYTES: '100000000',
      MODEL_AUDIO_MS: '60000',
    });
  });
  afterEach(() => call.close());

  const isOver = () => call.bridge.logs.some(({ msg }) => msg === 'call ended');
  const stall = async () => {
    call.phone.socket.pause();
    let mostBytes = 0;
    for (let reply = 0; reply < MOST_REPLIES && !isOver(); reply += 1) {
      call.respond(`r${reply}`, REPLY_MS);
      await nextTurn();
      mostBytes = Math.max(mostBytes, call.bridge.calls.queuedBytes[0]?.twilio ?? 0);
    }
    await call.bridge.waitForLog('call ended');
    return mostBytes;
  };

  it('ends with a code at the bound of what may wait for it, and the connection is cut', async () => {
    const closed = new Promise<number>((resolve) => call.phone.socket.on('close', resolve));
    const mostBytes = await stall();
    const { end } = (await call.bridge.operator('/calls/CA1')).body;
    expect(end).toEqual({ by: 'stream', code: 'stream_stalled' });
    expect(mostBytes).toBeLessThan(LIMIT_BYTES + 1_000_000); // the bound, and what one turn adds
    call.phone.socket.resume();
    expect(await closed).toBe(1006);
  });

  it('has the call gone on with, once Twilio asks what comes next', async () => {
    await stall();
    const next = await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(next.body).toMatchObject({ action: 'resume' });
  });

  it('costs another call not a word', async () => {
    const { token } = await call.bridge.admit('CA2');
    const other = connectTwilio(call.bridge.server.port, 'CA2', { token });
    await other.opened;
    other.start();
    const session = call.model.sessions[1] ?? (await call.model.nextSession());
    other.media(Buffer.alloc(160, 0x55));
    await session.waitFor('input_audio_buffer.append');
    await stall();
    session.send({ type: 'response.created', response: { id: 'own' } });
    session.send({
      ...{ type: 'response.output_audio.delta', response_id: 'own', item_id: 'own_item' },
      ...{ content_index: 0, delta: Buffer.alloc(800, 7).toString('base64') },
    });
    await other.waitFor('media');
    expect(other.audio()).toEqual(Buffer.alloc(800, 7));
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    other.socket.close();
  });
});
