import { type StandInCall, startStandInCall } from './stand-in/call';
import { callTool } from './stand-in/tool-calls';

describe('A response that the model refuses, since one runs that was not known of', () => {
  let call: StandInCall;

  beforeEach(async () => {
    call = await startStandInCall('tools: [report_outcome]\noutcome: { type: object }\n');
  });
  afterEach(() => call.close());

  const asks = () => call.session.received.filter(({ type }) => type === 'response.create').length;
  const refuse = () =>
    call.session.send({
      type: 'error',
      error: { code: 'conversation_already_has_active_response', message: 'one runs', type: 'x' },
    });

  it('is asked for again once that one has ended, and the refusal is counted, not fatal', async () => {
    call.respond('r1');
    callTool(call.session, 'r1', 'c1', 'report_outcome', {});
    call.finish('r1');
    await call.session.waitFor('response.create');
    call.respond('r2', 100); // it was on its way when the tool's answer was
    refuse();
    await call.settle();
    expect(asks()).toBe(1);
    call.finish('r2');
    await call.session.waitFor('response.create', 2);
    const { body } = await call.bridge.operator('/calls/CA1');
    expect(body).not.toHaveProperty('end');
    expect(JSON.stringify(body.errors)).toContain('conversation_already_has_active_response');
    const metrics = await (await fetch(`${call.bridge.url}/metrics`)).text();
    expect(metrics).toMatch(/^bridge_model_errors_total\{.*already_has_active.*\} 1$/m);
  });
});
