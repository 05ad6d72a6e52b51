import type { PhoneEvent } from '../phone/phone-event';
import type { PhoneOptions } from '../phone/phone-options';
import { writeWave } from '../phone/wave';
import { call, startWebhooks, tone, twiml } from './phone-stand-ins';

/** Obeys a document, and gives what happened. */
async function obey(body: string, options: Partial<PhoneOptions> = {}) {
  const functions = await startWebhooks({
    '/voice': body,
    '/calls/next': ({ form }) => twiml(`<Say>next ${form.DialCallStatus ?? ''}</Say>`),
    '/calls/voice': '<Redirect method="GET">next</Redirect>',
    '/clip.wav': {
      headers: { 'content-type': 'audio/wav' },
      body: writeWave(tone(40)),
    },
    '/clip.ulaw': { headers: { 'content-type': 'audio/basic' }, body: tone(20, 3) },
  });
  const phone = call(functions, undefined, options);
  const events: PhoneEvent[] = [];
  phone.on((event) => events.push(event));
  const report = await phone.finished;
  const said = report.transcript.map(({ text }) => text.trim());
  return { functions, phone, events, report, said };
}

describe('the phone obeys', () => {
  it('<Say>, for as long as its text is long', async () => {
    const { report, said } = await obey('<Say>Good <emphasis>evening</emphasis></Say>', {
      sayMsPerCharacter: 5,
      pauseScale: 1,
    });
    expect(said).toEqual(['Good evening']);
    expect(report.durationMs).toBeGreaterThanOrEqual('Good evening'.length * 5 - 2);
  });

  it('<Pause>, one second if it has no length', async () => {
    const { events } = await obey('<Pause/><Pause length="3"/>');
    const pauses = events.filter(({ kind }) => kind === 'pause');
    expect(pauses.map(({ detail }) => detail.ms)).toEqual([1000, 3000]);
  });

  it('<Play> of a WAV file and of raw mu-law, which the caller hears', async () => {
    const { functions, phone, report } = await obey(
      '<Play>/clip.wav</Play><Play>clip.ulaw</Play>',
      { pauseScale: 1 },
    );
    expect(functions.at('/clip.wav')[0]?.method).toBe('GET');
    expect(phone.heard().map(({ bytes }) => bytes)).toEqual([tone(40), tone(20, 3)]);
    expect(report.durationMs).toBeGreaterThanOrEqual(58);
    const agent = phone.agentAudio();
    expect(agent.includes(tone(40))).toBe(true);
    expect(agent[0]).toBe(0xff);
  });

  it('<Play digits>', async () => {
    const { events } = await obey('<Play digits="ww12"/>');
    expect(events.find(({ kind }) => kind === 'play')?.detail.digits).toBe('ww12');
  });

  it('<Play> of a clip that is not there: it says so and goes on', async () => {
    const { report, said } = await obey('<Play>/missing.wav</Play><Say>after</Say>');
    expect(report.errors).toContainEqual(expect.objectContaining({ code: 11200 }));
    expect(said).toEqual(['after']);
  });

  it('<Record>: the recording is posted to action, and later verbs are not reached', async () => {
    const { functions, said } = await obey('<Record action="/calls/next"/><Say>never</Say>');
    const form = functions.at('/calls/next')[0]?.form;
    expect(form).toMatchObject({ RecordingDuration: '2', Digits: '', CallStatus: 'in-progress' });
    expect(form?.RecordingSid).toMatch(/^RE[0-9a-f]{32}$/);
    expect(form?.RecordingUrl).toMatch(/^https:\/\/api\.twilio\.com\/.*\/Recordings\/RE/);
    expect(said).toEqual(['next']);
  });

  it('<Record> into which nothing is said: the next verb follows', async () => {
    const { functions, said } = await obey('<Record action="/calls/next"/><Say>nothing</Say>', {
      recordSilence: true,
    });
    expect(functions.at('/calls/next')).toEqual([]);
    expect(said).toEqual(['nothing']);
  });

  it.each(['completed', 'busy', 'no-answer', 'failed'] as const)(
    '<Dial> with action, when it comes out %s',
    async (status) => {
      const { said } = await obey(
        '<Dial action="/calls/next"><Number>+14155550199</Number></Dial>',
        {
          dial: { status },
        },
      );
      expect(said).toEqual([`next ${status}`]);
    },
  );

  it('<Dial> without action: the next verb follows', async () => {
    const { said } = await obey('<Dial>+14155550199</Dial><Say>after</Say>');
    expect(said).toEqual(['after']);
  });

  it('<Redirect>, with addresses that start at the document', async () => {
    const { functions, said } = await obey('<Redirect>/calls/voice</Redirect><Say>never</Say>');
    expect(functions.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /voice',
      'POST /calls/voice',
      'GET /calls/next',
    ]);
    expect(said).toEqual(['next']);
  });

  it('<Hangup>', async () => {
    const { report, said } = await obey('<Say>bye</Say><Hangup/><Say>never</Say>');
    expect(said).toEqual(['bye']);
    expect(report).toMatchObject({ callStatus: 'completed', endedBy: 'far-end', ok: true });
  });

  it('<Reject>, without ever answering', async () => {
    const { events, report } = await obey('<Reject reason="busy"/>');
    expect(report.callStatus).toBe('busy');
    expect(events.map(({ kind }) => kind)).not.toContain('answered');
  });

  it('not a verb that it does not know, and says so', async () => {
    const { report, said } = await obey('<Gather><Say>digits?</Say></Gather><Say>after</Say>');
    expect(report.errors).toContainEqual(
      expect.objectContaining({ code: 'verb_skipped', level: 'warning' }),
    );
    expect(said).toEqual(['after']);
  });

  it('nothing any more once the caller hangs up', async () => {
    const functions = await startWebhooks({ '/voice': '<Pause length="60"/><Say>never</Say>' });
    const phone = call(functions, undefined, { pauseScale: 1, afterScript: 'stay' });
    phone.on(({ kind }) => {
      if (kind === 'pause') phone.hangUp();
    });
    const report = await phone.finished;
    expect(report.transcript).toEqual([]);
    expect(report).toMatchObject({ endedBy: 'caller', callStatus: 'completed' });
  });
});
