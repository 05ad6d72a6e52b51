import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import type { PhoneOptions } from '../phone/phone-options';
import {
  BRIDGE,
  call,
  closedPort,
  FUNCTIONS,
  startBridge,
  startWebhooks,
  TOKEN,
  tone,
  type TakenStream,
} from './phone-stand-ins';

const URL_OF_STREAM = `${BRIDGE}/media-stream/CA1`;
const CONNECT = `<Connect action="${FUNCTIONS}/stream-ended"><Stream name="main" url="${URL_OF_STREAM}" statusCallback="${FUNCTIONS}/stream-status"><Parameter name="token" value="a &amp; b"/></Stream></Connect><Say>not reached</Say>`;

/** A call whose stream the given talk serves. */
async function callStream(
  talk: (stream: TakenStream) => void | Promise<void>,
  options: Partial<PhoneOptions> = {},
  twiml = CONNECT,
  refuse?: { status: number; body: string },
) {
  const functions = await startWebhooks({
    '/voice': twiml,
    '/stream-ended': '<Say>goodbye</Say>',
    '/stream-status': { status: 204 },
  });
  const bridge = await startBridge(talk, refuse);
  const phone = call(functions, bridge, { afterScript: 'stay', ...options });
  const report = await phone.finished;
  const [stream] = bridge.streams;
  const said = report.transcript.map(({ text }) => text);
  const statuses = functions.at('/stream-status').map(({ form }) => form);
  return { phone, report, functions, bridge, stream, said, statuses };
}

describe('the stream is opened', () => {
  it('as Twilio does: signed over the exact address, without extensions, subprotocol or origin', async () => {
    const { bridge, report, stream } = await callStream(async (taken) => {
      await taken.nth('start');
      taken.media(tone(20));
      taken.mark('end');
      await taken.nth('mark');
      taken.socket.close(1000);
    });
    const [upgrade] = bridge.upgrades;
    expect(upgrade?.url).toBe('/media-stream/CA1');
    expect(upgrade?.headers).toMatchObject({
      host: 'bridge.example.com',
      'user-agent': 'Twilio.TmeWs/1.0',
      upgrade: 'websocket',
    });
    expect(Object.keys(upgrade?.headers ?? {})).not.toEqual(expect.arrayContaining(['origin']));
    expect(upgrade?.headers).not.toHaveProperty('sec-websocket-protocol');
    expect(upgrade?.headers).not.toHaveProperty('sec-websocket-extensions');
    const signature = String(upgrade?.headers['x-twilio-signature']);
    expect(validateRequest(TOKEN, signature, URL_OF_STREAM, {})).toBe(true);
    expect(stream?.messages.slice(0, 2).map(({ event }) => event)).toEqual(['connected', 'start']);
    expect(stream?.messages[1]?.start).toMatchObject({
      callSid: report.callSid,
      customParameters: { token: 'a & b' },
    });
    expect(stream?.streamSid).toMatch(/^MZ[0-9a-f]{32}$/);
    expect(report).toMatchObject({ ok: true, endedBy: 'far-end', errors: [] });
    expect(report.stream).toMatchObject({ accepted: true, heardMs: 20, closeCode: 1000 });
  });

  it('without the query string, which Twilio drops', async () => {
    const { bridge, report } = await callStream(
      (taken) => taken.socket.close(),
      {},
      `<Connect><Stream url="${URL_OF_STREAM}?token=1&amp;a=2"/></Connect>`,
    );
    const [upgrade] = bridge.upgrades;
    expect(upgrade?.url).toBe('/media-stream/CA1');
    const signature = String(upgrade?.headers['x-twilio-signature']);
    expect(validateRequest(TOKEN, signature, URL_OF_STREAM, {})).toBe(true);
    expect(report.errors.map(({ code }) => code)).toContain('stream-query-dropped');
  });

  it('with a sid and a first timestamp of any form', async () => {
    const { stream } = await callStream(
      async (taken) => {
        await taken.nth('media', 2);
        taken.socket.close();
      },
      { streamSid: 'stream:7', firstTimestampMs: 61 },
    );
    expect(stream?.streamSid).toBe('stream:7');
    expect(
      stream
        ?.all('media')
        .slice(0, 2)
        .map(({ media }) => media?.timestamp),
    ).toEqual(['61', '81']);
  });
});

describe('a stream that is not accepted', () => {
  it('is 31920 with the answer of the server, told to the callback, and action follows', async () => {
    const { report, said, statuses, functions } = await callStream(() => undefined, {}, CONNECT, {
      status: 403,
      body: '{"code":"call_not_admitted"}',
    });
    expect(report.ok).toBe(false);
    expect(report.stream).toMatchObject({ accepted: false, refusal: 31920, connectMs: null });
    expect(report.errors[0]).toMatchObject({ code: 31920 });
    expect(report.errors[0]?.message).toContain('403: {"code":"call_not_admitted"}');
    expect(statuses).toMatchObject([
      { StreamEvent: 'stream-error', StreamName: 'main', CallSid: report.callSid },
    ]);
    expect(statuses[0]?.StreamError).toMatch(/^31920 /);
    expect(functions.at('/stream-ended')[0]?.form.CallStatus).toBe('in-progress');
    expect(said).toEqual(['goodbye']);
  });

  it('is 31902 where nothing listens, 31904 where no host is', async () => {
    const functions = await startWebhooks({
      '/voice': `<Connect><Stream url="${URL_OF_STREAM}"/></Connect><Connect><Stream url="wss://no-such-host.invalid/a"/></Connect><Say>after</Say>`,
    });
    const nowhere = { place: `http://127.0.0.1:${await closedPort()}` };
    const report = await call(functions, nowhere).finished;
    expect(report.streams.map(({ refusal }) => refusal)).toEqual([31902, 31904]);
    expect(report.transcript.map(({ text }) => text)).toEqual(['after']);
  });

  it.each([
    ['31922 for ws', `<Stream url="ws://bridge.example.com/a"/>`, 31922],
    ['31941 for another track', `<Stream url="${URL_OF_STREAM}" track="both_tracks"/>`, 31941],
    ['31923 for no address', `<Stream url="wss://"/>`, 31923],
  ])('is %s, and is not dialled', async (_, stream, code) => {
    const { bridge, report, said } = await callStream(
      () => undefined,
      {},
      `<Connect>${stream}</Connect><Say>after</Say>`,
    );
    expect(bridge.upgrades).toEqual([]);
    expect(report.stream?.refusal).toBe(code);
    expect(report.errors.map((error) => error.code)).toEqual([code]);
    expect(said).toEqual(['after']);
  });
});

describe('an open stream', () => {
  it('carries the caller’s clip, byte for byte, and every frame once', async () => {
    const clip = tone(250);
    const { stream, report, phone } = await callStream(
      async (taken) => {
        await taken.nth('media', 20);
        taken.socket.close();
      },
      { script: [{ say: clip }] },
    );
    expect(stream?.audio().includes(clip)).toBe(true);
    const media = stream?.all('media').map((message) => message.media);
    expect(media?.map((one) => Number(one?.chunk))).toEqual(media?.map((_, index) => index + 1));
    expect(media?.map((one) => Number(one?.timestamp))).toEqual(
      media?.map((_, index) => index * 20),
    );
    expect(stream?.messages.slice(1).map((one) => Number(one.sequenceNumber))).toEqual(
      stream?.messages.slice(1).map((_, index) => index + 1),
    );
    expect(report.stream?.framesSent).toBeGreaterThanOrEqual(20);
    expect(phone.callerAudio().includes(clip)).toBe(true);
  });

  it('echoes a mark only when the audio before it has played', async () => {
    let waitedMs = 0;
    const { report } = await callStream(async (taken) => {
      await taken.nth('start');
      const sentMs = performance.now();
      taken.media(tone(200));
      taken.mark('played');
      await taken.nth('mark');
      waitedMs = performance.now() - sentMs;
      taken.socket.close(1000);
    });
    expect(waitedMs).toBeGreaterThanOrEqual(198);
    expect(report.stream?.marks).toMatchObject([{ name: 'played', cleared: false }]);
    expect(report.stream?.heardMs).toBe(200);
  });

  it('echoes pending marks on clear, in order, and counts only what was heard', async () => {
    const { report, stream, phone } = await callStream(async (taken) => {
      await taken.nth('start');
      taken.media(tone(60));
      taken.mark('first');
      taken.media(tone(60_000, 1));
      taken.mark('second');
      taken.mark('third');
      await taken.nth('mark');
      taken.clear();
      await taken.nth('mark', 3);
      taken.socket.close(1000);
    });
    expect(stream?.all('mark').map(({ mark }) => mark?.name)).toEqual(['first', 'second', 'third']);
    expect(report.stream?.marks.map(({ cleared }) => cleared)).toEqual([false, true, true]);
    const { heardMs = 0, clears, interruptions } = report.stream ?? {};
    expect(clears).toBe(1);
    expect(heardMs).toBeGreaterThanOrEqual(60);
    expect(heardMs).toBeLessThan(5000);
    expect(interruptions?.[0]?.heardMs).toBe(heardMs);
    const heard = Buffer.concat(phone.heard().map(({ bytes }) => bytes));
    expect(heard).toEqual(Buffer.concat([tone(60), tone(60_000, 1)]).subarray(0, heard.length));
    expect(heard.length / 8).toBeCloseTo(heardMs, 0);
  });

  it('warns once of a binary frame and of a message that is none, and ignores them', async () => {
    const { report } = await callStream(async (taken) => {
      await taken.nth('start');
      for (let time = 0; time < 2; time += 1) {
        taken.socket.send(Buffer.from([1, 2, 3]));
        taken.send({ event: 'clear', stream_sid: taken.streamSid });
      }
      taken.media(tone(20));
      taken.mark('end');
      await taken.nth('mark');
      taken.socket.close(1000);
    });
    expect(report.errors).toMatchObject([
      { code: 31950, level: 'warning' },
      { code: 31951, level: 'warning' },
    ]);
    expect(report.stream?.clears).toBe(0);
    expect(report.ok).toBe(true);
  });

  it('is not well if the agent was never heard', async () => {
    const { report } = await callStream((taken) => taken.socket.close(1000));
    expect(report.errors).toEqual([]);
    expect(report.ok).toBe(false);
  });

  it('passes keys on', async () => {
    const { stream, report } = await callStream(
      async (taken) => {
        await taken.nth('dtmf', 2);
        taken.socket.close(1000);
      },
      { script: [{ press: '4' }, { press: '#' }] },
    );
    expect(stream?.all('dtmf').map(({ dtmf }) => dtmf)).toEqual([
      { track: 'inbound_track', digit: '4' },
      { track: 'inbound_track', digit: '#' },
    ]);
    expect(report.stream?.digitsSent).toBe('4#');
  });
});

describe('a stream ends', () => {
  it('with stop when the caller hangs up; action is asked, and its answer ignored', async () => {
    const { stream, report, functions, said, statuses } = await callStream(() => undefined, {
      script: [{ wait: 'stream-started' }, { waitMs: 30 }, { hangUp: true }],
    });
    expect(stream?.messages.at(-1)).toMatchObject({
      event: 'stop',
      stop: { callSid: report.callSid },
    });
    expect(report.stream).toMatchObject({ closedBy: 'caller' });
    expect(report).toMatchObject({ endedBy: 'caller', callStatus: 'completed', errors: [] });
    expect(functions.at('/stream-ended').map(({ form }) => form.CallStatus)).toEqual(['completed']);
    expect(said).toEqual([]);
    expect(statuses.map(({ StreamEvent }) => StreamEvent)).toEqual([
      'stream-started',
      'stream-stopped',
    ]);
  });

  it('when the server closes: the next verb follows where there is no action', async () => {
    const { said, statuses } = await callStream(
      (taken) => taken.socket.close(1000, 'done'),
      {},
      `<Connect><Stream url="${URL_OF_STREAM}"/></Connect><Say>after</Say>`,
    );
    expect(said).toEqual(['after']);
    expect(statuses).toEqual([]);
  });

  it('with 31921 when the server closes with a code of failure', async () => {
    const { report, said, statuses } = await callStream((taken) =>
      taken.socket.close(1011, 'model_unreachable'),
    );
    expect(report.errors).toMatchObject([{ code: 31921, level: 'error' }]);
    expect(report.stream).toMatchObject({ closeCode: 1011, closeReason: 'model_unreachable' });
    expect(statuses.map(({ StreamEvent }) => StreamEvent)).toEqual([
      'stream-started',
      'stream-error',
      'stream-stopped',
    ]);
    expect(said).toEqual(['goodbye']);
  });

  it('with 31903 when the connection breaks', async () => {
    const { report } = await callStream((taken) => taken.socket.terminate());
    expect(report.errors).toMatchObject([{ code: 31903 }]);
    expect(report.stream).toMatchObject({ closeCode: 1006, closedBy: 'server' });
  });
});

describe('a stream over a slow network', () => {
  it('keeps the order of all messages, both ways', async () => {
    const { stream, report } = await callStream(
      async (taken) => {
        await taken.nth('start');
        for (let index = 0; index < 30; index += 1) taken.mark(String(index));
        taken.media(tone(20));
        await taken.nth('mark', 30);
        taken.socket.close(1000);
      },
      { delayMs: 30, jitterMs: 40, seed: 3 },
    );
    expect(stream?.all('mark').map(({ mark }) => mark?.name)).toEqual(
      Array.from({ length: 30 }, (_, index) => String(index)),
    );
    const numbers = stream?.messages.slice(1).map((one) => Number(one.sequenceNumber));
    expect(numbers).toEqual(numbers?.map((_, index) => index + 1));
    expect(report.stream?.marks).toHaveLength(30);
    expect(report.stream?.firstAgentAudioMs).toBeGreaterThanOrEqual(60);
  });
});
