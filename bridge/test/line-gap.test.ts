import { startStandInCall, type StandInCall } from './stand-in/call';

describe('A gap in the caller’s frames', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall();
  });
  afterEach(() => call.close());

  it('is filled with silence while the caller speaks, so that the turn can end', async () => {
    call.phone.media(Buffer.alloc(160, 3));
    await call.session.waitFor('input_audio_buffer.append');
    call.speechStarted();
    await call.session.waitFor('input_audio_buffer.append', 3);
    const filled = call.session.appended().subarray(160);
    expect(filled.length).toBeGreaterThanOrEqual(300 * 8);
    expect(filled.every((byte) => byte === 0xff)).toBe(true);
    call.speechStopped();
    await call.settle();
    const length = call.session.appended().length;
    call.phone.media(Buffer.alloc(160, 4));
    while (call.session.appended().length < length + 160)
      await new Promise((resolve) => setImmediate(resolve));
    expect(call.session.appended().subarray(length)).toEqual(Buffer.alloc(160, 4));
  });

  it('counts from the beginning of the speech, where not a frame has come before it', async () => {
    call.speechStarted();
    await call.session.waitFor('input_audio_buffer.append', 2);
    expect(call.session.appended().length).toBeLessThan(2_000 * 8);
  });

  it('is no gap where this process stood still, and the frames are there to be read', async () => {
    call.phone.media(Buffer.alloc(160, 3));
    await call.session.waitFor('input_audio_buffer.append');
    call.speechStarted();
    await call.settle();
    const said = call.session.appended().length;
    // They leave before the standstill, so that they wait in the bridge's socket in the meantime.
    for (let frame = 0; frame < 25; frame += 1) call.phone.media(Buffer.alloc(160, 4));
    await new Promise((resolve) => process.nextTick(resolve));
    const untilMs = performance.now() + 600;
    while (performance.now() < untilMs);
    while (call.session.appended().length < said + 25 * 160)
      await new Promise((resolve) => setImmediate(resolve));
    expect(call.session.appended().subarray(said)).toEqual(Buffer.alloc(25 * 160, 4));
  });

  it('is left alone while nobody speaks: not a byte more than was sent', async () => {
    call.phone.media(Buffer.alloc(160, 3));
    await new Promise((resolve) => setTimeout(resolve, 500));
    call.phone.media(Buffer.alloc(160, 4));
    await call.session.waitFor('input_audio_buffer.append', 2);
    expect(call.session.appended()).toEqual(
      Buffer.concat([Buffer.alloc(160, 3), Buffer.alloc(160, 4)]),
    );
  });
});
