import { statSync } from 'node:fs';
import { join } from 'node:path';
import { startStandInCall, type StandInCall } from './stand-in/call';
import { makeRecordingsFolder, type RecordingsFolder } from './stand-in/recordings';
import { connectTwilio } from './stand-in/twilio';

const CONSENT = 'recording: { consent: This call is recorded. }\n';
const GREETED = `greeting: Good evening.\n${CONSENT}`;
const saying = (text: string) => `Say exactly this and nothing else: ${text}`;

describe('The consent to a recording', () => {
  let call: StandInCall;
  let folder: RecordingsFolder;

  beforeEach(() => (folder = makeRecordingsFolder()));
  afterEach(async () => {
    await call.close();
    folder.remove();
  });

  const start = async (yaml: string) => (call = await startStandInCall(yaml, folder.environment));
  const asked = () =>
    call.session.received
      .filter(({ type }) => type === 'response.create')
      .map(({ response }) => (response as { instructions?: string } | undefined)?.instructions);
  const detections = () =>
    call.session.received
      .filter(({ type }) => type === 'session.update')
      .map(
        ({ session }) =>
          (session as { audio: { input: { turn_detection: object } } }).audio.input.turn_detection,
      );
  const record = async () => (await call.bridge.operator('/calls/CA1')).body;
  const hear = async (responseId: string, ms = 100) => {
    const marks = call.phone.received.filter(({ event }) => event === 'mark').length;
    call.respond(responseId, ms);
    call.finish(responseId);
    await call.phone.waitFor('mark', marks + 1);
    call.echoMarks();
  };
  const hangUp = async () => {
    call.phone.socket.terminate();
    await call.bridge.waitForLog('call ended');
  };

  it('is not asked for where the bridge has no folder, and the start says so', async () => {
    call = await startStandInCall(GREETED);
    await call.session.waitFor('response.create');
    expect(asked()).toEqual([saying('Good evening.')]);
    expect(call.bridge.logs.map(({ msg }) => msg)).toContain(
      'agent file: recording: RECORDINGS_FOLDER is not set, so nothing is recorded and the consent sentence is not said',
    );
    await hangUp();
    expect(await record()).not.toHaveProperty('recording');
  });

  it('is not asked for, and nothing is recorded, where the agent has no sentence', async () => {
    await start('greeting: Good evening.\n');
    await hear('r1');
    await call.settle();
    expect(asked()).toEqual([saying('Good evening.')]);
    await hangUp();
    expect(await record()).not.toHaveProperty('recording');
    expect(folder.files()).toEqual([]);
  });

  it('is said first and word for word; once it has been heard the recording begins, then the greeting', async () => {
    await start(GREETED);
    expect(await call.session.waitFor('response.create')).toMatchObject({
      response: { instructions: saying('This call is recorded.'), tool_choice: 'none' },
    });
    call.respond('r1', 500);
    call.finish('r1');
    await call.phone.waitFor('mark');
    await call.settle();
    expect(folder.files()).toEqual([]);
    expect(asked()).toHaveLength(1);
    call.echoMarks();
    await call.session.waitFor('response.create', 2);
    expect(asked()[1]).toBe(saying('Good evening.'));
    await call.bridge.waitForLog('recording begun');
    await hear('r2');
    await hangUp();
    const path = join(folder.path, 'CA1.wav');
    const { ms } = await call.bridge.waitForLog('call recorded');
    expect((await record()).recording).toEqual({ consentHeard: true, files: [{ path, ms }] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Math.round(folder.read('CA1.wav').left.length / 8)).toBe(ms);
  });

  it('is not cut by a caller who speaks over it, and what they said is answered after it', async () => {
    await start(CONSENT);
    expect(detections()[0]).toMatchObject({ create_response: false, interrupt_response: false });
    call.respond('r1', 2_000);
    call.speechStarted();
    call.speechStopped();
    call.finish('r1');
    await call.settle();
    expect(call.phone.received.map(({ event }) => event)).not.toContain('clear');
    expect(asked()).toHaveLength(1);
    call.echoMarks();
    await call.session.waitFor('response.create', 2);
    expect(detections()[1]).toMatchObject({ create_response: true, interrupt_response: true });
  });

  it('gives way to the greeting of a caller who spoke over it, which they may cut', async () => {
    await start(GREETED);
    call.speechStarted();
    call.speechStopped();
    await hear('r1');
    await call.session.waitFor('response.create', 2);
    expect(asked()[1]).toBe(saying('Good evening.'));
    call.session.confirm();
    call.respond('r2', 2_000);
    await call.phone.waitFor('mark', 2);
    call.speechStarted();
    await call.phone.waitFor('clear');
  });

  it('leaves a turn to nobody: what ends before the model listens again is asked for', async () => {
    await start(CONSENT);
    call.respond('r1', 100);
    call.finish('r1');
    call.speechStarted();
    await call.settle();
    call.echoMarks();
    await call.session.waitFor('session.update', 2);
    call.speechStopped(); // not answered: the update is still on its way
    await call.session.waitFor('response.create', 2);
    call.finish('r2');
    call.session.confirm();
    call.speechStarted('turn_2');
    call.speechStopped('turn_2');
    await call.settle();
    expect(asked()).toHaveLength(2); // the model answers by itself
  });

  it('keeps a protected greeting protected', async () => {
    await start(`${GREETED}manners: { protect_greeting: true }\n`);
    await hear('r1');
    await call.session.waitFor('session.update', 2);
    expect(detections()[1]).toMatchObject({ create_response: false, interrupt_response: false });
    await hear('r2');
    await call.session.waitFor('session.update', 3);
    expect(detections()[2]).toMatchObject({ create_response: true, interrupt_response: true });
  });

  it('has its variables filled in', async () => {
    await start(
      `variables: { firm: { type: string, default: Harbour Kitchen } }\nrecording: { consent: "{{firm}} records this." }\n`,
    );
    await call.session.waitFor('response.create');
    expect(asked()).toEqual([saying('Harbour Kitchen records this.')]);
  });

  it('leaves no file where the caller hangs up in the middle of it', async () => {
    await start(GREETED);
    call.respond('r1', 5_000);
    await call.phone.waitFor('mark');
    await hangUp();
    expect((await record()).recording).toEqual({ consentHeard: false, files: [] });
    expect((await record()).errors).not.toContainEqual(
      expect.objectContaining({ code: expect.stringMatching(/^recording_/) as string }),
    );
    expect(folder.files()).toEqual([]);
  });

  it('is none where the model did not say it to its end: the call goes on, with a code', async () => {
    await start(GREETED);
    call.respond('r1', 100);
    call.finish('r1', 'incomplete');
    await call.session.waitFor('response.create', 2);
    expect(asked()[1]).toBe(saying('Good evening.'));
    await hangUp();
    expect(await record()).toMatchObject({
      recording: { consentHeard: false, files: [] },
      errors: [{ code: 'recording_consent_unheard' }, {}],
    });
  });

  it.each([
    ['before it was heard', false],
    ['after it was heard', true],
  ])('counts for nothing where a machine has answered, found %s', async (_, isHeard) => {
    await start(`${CONSENT}voicemail: { message: Please call us back. }\n`);
    if (isHeard) {
      await hear('r1');
      await call.bridge.waitForLog('recording begun');
    } else call.respond('r1', 5_000);
    await call.bridge.post('/calls/CA1/events', {
      source: 'call-status',
      parameters: { AnsweredBy: 'machine_end_beep' },
    });
    if (!isHeard) call.finish('r1', 'cancelled');
    await call.session.waitFor('response.create', 2);
    await hear('r2');
    await call.phone.closed;
    await call.bridge.stop();
    expect(folder.files()).toEqual([]);
    const ended = call.bridge.logs.filter(({ code }) => String(code).startsWith('recording_'));
    expect(ended).toEqual([]);
  });

  it('is not asked for again in a call that comes back: it goes on in a second file', async () => {
    await start(`${CONSENT}tools:\n  - send_digits\nkeys:\n  "0": { action: end_call }\n`);
    await hear('r1');
    await call.bridge.waitForLog('recording begun');
    call.respond('r2');
    call.session.send({
      type: 'response.output_item.done',
      response_id: 'r2',
      item: {
        type: 'function_call',
        call_id: 'c1',
        name: 'send_digits',
        arguments: '{"digits":"1"}',
      },
    });
    call.finish('r2');
    await call.phone.closed;
    await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    const { body } = await call.bridge.post('/calls/CA1/next', { reason: 'digits-sent', try: 0 });
    const session = call.model.sessions[1] ?? (await call.model.nextSession());
    const phone = connectTwilio(call.bridge.server.port, 'CA1', { token: String(body.token) });
    await phone.opened;
    phone.start();
    await session.waitFor('conversation.item.create');
    expect(session.received.map(({ type }) => type)).not.toContain('response.create');
    phone.media(Buffer.alloc(160, 5));
    await session.waitFor('input_audio_buffer.append');
    phone.socket.terminate();
    await phone.closed;
    await call.bridge.stop();
    expect(folder.files()).toEqual(['CA1-2.wav', 'CA1.wav']);
    const recorded = call.bridge.logs.filter(({ msg }) => msg === 'call recorded');
    expect(recorded.map(({ path }) => path)).toEqual(
      ['CA1.wav', 'CA1-2.wav'].map((name) => join(folder.path, name)),
    );
  });
});
