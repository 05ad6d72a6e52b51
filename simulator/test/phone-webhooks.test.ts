import { signForTwilio } from '@realtime-phone/protocol/twilio-signature';
import { validateRequest } from 'twilio/lib/webhooks/webhooks';
import type { CallReport } from '../phone/phone-call';
import { call, closedPort, FUNCTIONS, startWebhooks, TOKEN, twiml } from './phone-stand-ins';

const codes = (report: CallReport) => report.errors.map(({ code }) => code);

describe('a voice webhook', () => {
  it('is a form post whose signature the twilio library accepts', async () => {
    const functions = await startWebhooks({ '/voice': '<Say>Hello &amp; good day</Say>' });
    const voiceUrl = `${FUNCTIONS}/voice?agent=concierge`;
    const report = await call(functions, undefined, { voiceUrl, from: '+49301234' }).finished;
    const [request] = functions.received;
    expect(request?.headers.host).toBe('functions.example.com');
    expect(request?.form).toMatchObject({
      CallSid: report.callSid,
      From: '+49301234',
      Caller: '+49301234',
      CallStatus: 'ringing',
      ApiVersion: '2010-04-01',
      Direction: 'inbound',
      FromCountry: '',
      ToCountry: 'US',
    });
    const signature = String(request?.headers['x-twilio-signature']);
    expect(validateRequest(TOKEN, signature, voiceUrl, request?.form ?? {})).toBe(true);
    expect(validateRequest('another', signature, voiceUrl, request?.form ?? {})).toBe(false);
    expect(report).toMatchObject({ ok: true, stream: null, callStatus: 'completed' });
    expect(report.transcript).toMatchObject([{ who: 'twilio', text: 'Hello & good day' }]);
  });

  it('may be a GET, signed over its whole query', async () => {
    const functions = await startWebhooks({ '/voice': '<Hangup/>' });
    await call(functions, undefined, { voiceMethod: 'GET' }).finished;
    const [request] = functions.received;
    expect(request?.method).toBe('GET');
    const url = `${FUNCTIONS}/voice?${new URLSearchParams(request?.query).toString()}`;
    expect(validateRequest(TOKEN, String(request?.headers['x-twilio-signature']), url, {})).toBe(
      true,
    );
  });

  it('goes to the address as it is written, and is signed over what is sent', async () => {
    const functions = await startWebhooks({ '/voice': '<Hangup/>' });
    const voiceUrl = `${FUNCTIONS}/voice?who=O'Brien&q=%7ea b&ü#part`;
    await call(functions, undefined, { voiceUrl }).finished;
    const [request] = functions.received;
    const sent = `${FUNCTIONS}/voice?who=O'Brien&q=%7ea%20b&%C3%BC`;
    expect(request?.query).toEqual({ who: "O'Brien", q: '~a b', ü: '' });
    expect(request?.headers['x-twilio-signature']).toBe(
      signForTwilio(TOKEN, sent, request?.form ?? {}),
    );
  });

  it.each([
    ['11200 for an HTTP error', { status: 500, body: 'broken' }, 11200],
    ['11200 for an answer without type', { headers: {}, body: '<Response/>' }, 11200],
    ['12300 for a wrong type', { headers: { 'content-type': 'image/png' }, body: 'x' }, 12300],
    ['12100 for what is not XML', twiml('<Say>a & b</Say>'), 12100],
    [
      '12100 for what comes before the declaration',
      xml('\n<?xml version="1.0"?><Response/>'),
      12100,
    ],
    ['11750 for too much', twiml(`<Say>${'a'.repeat(70_000)}</Say>`), 11750],
    ['11215 for endless redirects', { status: 302, headers: { location: '/voice' } }, 11215],
  ])('that fails gives %s', async (_, answer, code) => {
    const functions = await startWebhooks({ '/voice': answer });
    const report = await call(functions, undefined).finished;
    expect(report.ok).toBe(false);
    expect(codes(report)).toContain(code);
    expect(report.twiml[0]?.findings.map((finding) => finding.code)).toContain(code);
    expect(report.transcript.at(-1)?.text).toMatch(/application error/);
  });

  it('gives 11202 where nothing listens, 11210 for a host that does not exist', async () => {
    const nowhere = { place: `http://127.0.0.1:${await closedPort()}` };
    expect(codes(await call(nowhere, undefined).finished)).toContain(11202);
    const voiceUrl = 'http://no-such-host.invalid/voice';
    expect(codes(await call(nowhere, undefined, { voiceUrl }).finished)).toContain(11210);
  });

  it('gives 11205 when no answer comes in time', async () => {
    const functions = await startWebhooks({ '/voice': () => undefined });
    const report = await call(functions, undefined, { webhookTimeoutMs: 50 }).finished;
    expect(codes(report)).toEqual([11205]);
    expect(report.twiml[0]).toMatchObject({ status: null, body: '' });
  });

  it('that fails leads to the fallback, which is told why', async () => {
    const functions = await startWebhooks({
      '/voice': { status: 503, body: '' },
      '/fallback': '<Say>Please call later</Say>',
    });
    const report = await call(functions, undefined, { fallbackUrl: `${FUNCTIONS}/fallback` })
      .finished;
    expect(functions.at('/fallback')[0]?.form).toMatchObject({
      ErrorCode: '11200',
      ErrorUrl: `${FUNCTIONS}/voice`,
      CallSid: report.callSid,
    });
    expect(report.transcript.map(({ text }) => text)).toEqual(['Please call later']);
  });
});

describe('a document', () => {
  it('with an unknown verb is a 12200 warning, and the call goes on', async () => {
    const functions = await startWebhooks({ '/voice': '<Speak>no</Speak><Say>yes</Say>' });
    const report = await call(functions, undefined).finished;
    expect(report.errors).toContainEqual(
      expect.objectContaining({ code: 12200, level: 'warning' }),
    );
    expect(report.transcript.map(({ text }) => text)).toEqual(['yes']);
    expect(report.ok).toBe(true);
  });

  it('that redirects to itself is asked for a limited number of times', async () => {
    const functions = await startWebhooks({ '/voice': '<Redirect>/voice</Redirect>' });
    const report = await call(functions, undefined, { maxDocuments: 5 }).finished;
    expect(functions.received).toHaveLength(5);
    expect(codes(report)).toContain('documents_limit');
    expect(report.ok).toBe(false);
  });
});

describe('the call status callback', () => {
  it('tells that the call is over, signed', async () => {
    const functions = await startWebhooks({ '/voice': '<Hangup/>', '/status': '<Response/>' });
    const statusCallback = `${FUNCTIONS}/status`;
    const report = await call(functions, undefined, { statusCallback }).finished;
    const [request] = functions.at('/status');
    expect(request?.form).toMatchObject({
      CallStatus: 'completed',
      CallDuration: '0',
      CallbackSource: 'call-progress-events',
      SequenceNumber: '0',
    });
    expect(request?.form.Timestamp).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/);
    const signature = String(request?.headers['x-twilio-signature']);
    expect(validateRequest(TOKEN, signature, statusCallback, request?.form ?? {})).toBe(true);
    expect(report.statusEvents).toMatchObject([
      { source: 'call', event: 'completed', status: 200 },
    ]);
  });
});

function xml(body: string) {
  return { headers: { 'content-type': 'text/xml' }, body };
}
