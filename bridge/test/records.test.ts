import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestBridge, type TestBridge } from './stand-in/bridge';
import { type StandInModel, startStandInModel } from './stand-in/model';
import { connectTwilio } from './stand-in/twilio';

describe('The record of a call', () => {
  let folder: string;
  let model: StandInModel;
  let bridge: TestBridge;

  const open = async () => {
    bridge = await startTestBridge(model.url, { CALL_STORE: join(folder, 'deep', 'calls.db') });
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'records-'));
    model = await startStandInModel();
    await open();
  });

  afterEach(async () => {
    await bridge.stop();
    model.close();
    rmSync(folder, { recursive: true });
  });

  it('tells the course, the turns and the bytes, and outlives the process', async () => {
    const { token } = await bridge.admit('CA1', { callId: 'call-7' });
    const phone = connectTwilio(bridge.server.port, 'CA1', { token });
    await phone.opened;
    phone.start();
    await bridge.waitForLog('agent started');
    const session = model.sessions[0] ?? (await model.nextSession());
    phone.media(Buffer.alloc(160, 3));
    await session.waitFor('input_audio_buffer.append');
    session.send({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: 'i1',
      transcript: 'A table, please.',
    });
    const content = { response_id: 'r1', item_id: 'i2', content_index: 0 };
    session.send({
      type: 'response.output_audio.delta',
      ...content,
      delta: Buffer.alloc(80).toString('base64'),
    });
    session.send({
      type: 'response.output_audio_transcript.done',
      ...content,
      transcript: 'For how many?',
    });
    session.send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 0, item_id: 'i3' });
    const { mark } = await phone.waitFor('mark');
    phone.send({ event: 'mark', mark });
    phone.media(Buffer.alloc(160, 3));
    await session.waitFor('input_audio_buffer.append', 2);
    phone.send({ event: 'stop', stop: { callSid: 'CA1' } });
    await bridge.waitForLog('call ended');
    await bridge.stop();
    await open();
    const { body } = await bridge.operator('/calls/CA1');
    expect(body).toMatchObject({
      callSid: 'CA1',
      callId: 'call-7',
      end: { by: 'caller' },
      turns: [
        { who: 'caller', text: 'A table, please.' },
        { who: 'agent', text: 'For how many?' },
      ],
      callerBytes: 320,
      agentBytes: 80,
      errors: [],
    });
    expect((body.course as { what: string }[]).map(({ what }) => what)).toEqual([
      'call admitted',
      'model session created',
      'media stream started',
      'agent started',
      'media stream stopped',
      'call ended',
    ]);
    expect((await bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 1 })).body).toEqual(
      { action: 'hangup' },
    );
  });

  it('has status events in order, without repeats, their codes explained', async () => {
    await bridge.admit('CA1');
    const event = (SequenceNumber: string, CallStatus: string) => ({
      source: 'call-status',
      parameters: { SequenceNumber, CallStatus, From: '+15550100001' },
    });
    const error = {
      source: 'stream-status',
      parameters: {
        StreamSid: 'MZ1',
        StreamEvent: 'stream-error',
        StreamError: '31920 - Handshake Error',
      },
    };
    for (const one of [
      event('2', 'in-progress'),
      event('0', 'initiated'),
      event('2', 'in-progress'),
      error,
      event('1', 'ringing'),
    ]) {
      expect((await bridge.post('/calls/CA1/events', one)).status).toBe(202);
    }
    const { body } = await bridge.operator('/calls/CA1');
    const events = body.statusEvents as { source: string; parameters: Record<string, string> }[];
    expect(
      events
        .filter(({ source }) => source === 'call-status')
        .map(({ parameters }) => parameters.CallStatus),
    ).toEqual(['initiated', 'ringing', 'in-progress']);
    expect(JSON.stringify(events)).not.toContain('+15550100001');
    expect(body.errors).toMatchObject([{ code: '31920' }]);
  });

  it('takes an event of a call that it does not know without harm, and refuses one that is none', async () => {
    expect(
      (await bridge.post('/calls/CAnobody/events', { source: 'call-status', parameters: {} }))
        .status,
    ).toBe(202);
    expect(await bridge.post('/calls/CA1/events', { source: 'elsewhere' })).toMatchObject({
      status: 400,
      body: { code: 'body_invalid' },
    });
  });
});
