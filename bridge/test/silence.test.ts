import { startStandInCall, type StandInCall } from './stand-in/call';

describe('When nobody speaks', () => {
  let call: StandInCall;
  afterEach(() => call.close());

  const asked = () => call.session.received.filter(({ type }) => type === 'response.create');

  it('the agent asks whether the caller is there, and then ends the call politely', async () => {
    call = await startStandInCall('limits: { silence_s: 1, silence_prompts: 1 }\n');
    await call.session.waitFor('response.create');
    call.respond('r1', 100);
    call.finish('r1');
    await call.phone.waitFor('mark');
    call.echoMarks();
    await call.session.waitFor('response.create', 2);
    call.respond('r2', 100);
    call.finish('r2');
    await call.phone.waitFor('mark', 2);
    expect(call.phone.socket.readyState).toBe(call.phone.socket.OPEN);
    call.echoMarks();
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
    const { body } = await call.bridge.post('/calls/CA1/next', { reason: 'stream-ended', try: 0 });
    expect(body).toMatchObject({ action: 'hangup' });
    expect((await call.bridge.operator('/calls/CA1')).body).toMatchObject({
      end: { by: 'agent' },
      errors: [],
    });
  });

  it('a caller who speaks during the goodbye calls the hang-up off', async () => {
    call = await startStandInCall('limits: { silence_s: 1, silence_prompts: 0 }\n');
    await call.session.waitFor('response.create');
    call.respond('r1', 2_000);
    await call.phone.waitFor('mark');
    call.speechStarted();
    await call.phone.waitFor('clear');
    call.finish('r1', 'cancelled');
    await call.settle();
    expect(call.phone.socket.readyState).toBe(call.phone.socket.OPEN);
    const { body } = await call.bridge.operator('/calls/CA1');
    expect((body.course as { what: string }[]).map(({ what }) => what)).toContain(
      'hang-up called off, the caller speaks',
    );
  });

  it('a goodbye that is never heard to its end ends the call at its limit', async () => {
    call = await startStandInCall(
      'limits: { silence_s: 1, silence_prompts: 0 }\nmanners: { goodbye_ms: 300 }\n',
    );
    await call.session.waitFor('response.create');
    call.respond('r1', 60_000);
    await expect(call.phone.closed).resolves.toMatchObject({ code: 1000 });
  });

  it('does not count while the agent is heard', async () => {
    call = await startStandInCall('greeting: Hello.\nlimits: { silence_s: 1 }\n');
    call.respond('r1', 1_600);
    call.finish('r1');
    const startedAtMs = performance.now();
    await call.session.waitFor('response.create', 2);
    expect(performance.now() - startedAtMs).toBeGreaterThan(2_500);
    expect(asked()).toHaveLength(2);
  });
});
