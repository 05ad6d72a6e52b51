import { CodedError } from '@realtime-phone/protocol/errors';
import { readAgent } from '../src/agent/agent-file';
import { renderAgent } from '../src/agent/rendering';

const agent = readAgent(
  'table.yaml',
  `name: table
language: en
voice: marin
greeting: A table for {{size}}, please.
instructions: "Book {{ size }} on {{day}} at {{ hour }} for {{name}}. Notes: {{notes}}. Outside: {{outside}}, {{price}}."
on_failure: { say: "Sorry, {{name}}." }
variables:
  size: { type: integer, default: 2 }
  day: { type: date }
  hour: { type: time, default: 19:30 }
  name: { type: string, description: whose table it is }
  notes: { type: string, default: null }
  outside: { type: boolean, default: false }
  price: { type: number, default: 1.5 }
tools:
  - type: http
    name: find
    description: Finds.
    url: https://example.com/{{name}}?size={{size}}
    headers: { x-key: abc }
`,
  { environment: {}, maxCallS: 60 },
);
const good = { day: '2027-01-31', name: 'Morgan' };

function refusalOf(values: Readonly<Record<string, string>>): CodedError {
  try {
    renderAgent(agent, values);
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
  throw new Error('it was rendered');
}

describe('The variables of an agent', () => {
  it('fill greeting, instructions, addresses and what is said on failure', () => {
    const rendered = renderAgent(agent, { ...good, size: '4', name: 'Ann & Bo', outside: 'true' });
    expect(rendered.greeting).toBe('A table for 4, please.');
    expect(rendered.instructions).toBe(
      'Book 4 on 2027-01-31 at 19:30 for Ann & Bo. Notes: . Outside: true, 1.5.',
    );
    expect(rendered.on_failure?.say).toBe('Sorry, Ann & Bo.');
    const [tool] = rendered.tools;
    if (tool?.type !== 'http') throw new Error('no such tool');
    expect(tool.url).toBe('https://example.com/Ann%20%26%20Bo?size=4');
    expect(tool.headers['x-key']?.reveal()).toBe('abc');
  });

  it('leave the agent itself as it was', () => {
    renderAgent(agent, good);
    expect(agent.greeting).toBe('A table for {{size}}, please.');
  });

  it('are not looked for in what a value holds', () => {
    expect(renderAgent(agent, { ...good, name: '{{notes}} $& $1' }).on_failure?.say).toBe(
      'Sorry, {{notes}} $& $1.',
    );
  });

  it('count as not given where they are empty', () => {
    expect(renderAgent(agent, { ...good, size: '' }).greeting).toBe('A table for 2, please.');
    expect(refusalOf({ ...good, day: '' }).code).toBe('agent_variable_missing');
  });

  it('are asked for by name and kind where one is missing', () => {
    const refusal = refusalOf({ day: '2027-01-31' });
    expect(refusal.code).toBe('agent_variable_missing');
    expect(refusal.detail).toBe(
      'name (whose table it is) must be a text of at most 1000 characters',
    );
  });

  it.each([
    ['sise', 'sise; there are size, day, hour, name, notes, outside, price'],
    ['constructor', 'constructor; there are size,'],
  ])('are refused where the file has none of that name: %s', (name, detail) => {
    const refusal = refusalOf({ ...good, [name]: '4' });
    expect(refusal.code).toBe('agent_variable_unknown');
    expect(refusal.detail).toContain(detail);
  });

  it.each([
    ['size', 'four', 'a whole number, as in 4'],
    ['size', '4.5', 'a whole number, as in 4'],
    ['price', '1e9', 'a number, as in 4.5'],
    ['day', '2027-02-30', 'a date, as in 2027-01-31'],
    ['day', 'tomorrow', 'a date, as in 2027-01-31'],
    ['hour', '7pm', 'a time of 24 hours, as in 19:30'],
    ['hour', '24:00', 'a time of 24 hours, as in 19:30'],
    ['outside', 'yes', 'true or false'],
    ['name', 'x'.repeat(1_001), 'a text of at most 1000 characters'],
  ])('are refused where a value does not fit: %s %s', (name, value, is) => {
    const refusal = refusalOf({ ...good, [name]: value });
    expect(refusal.code).toBe('agent_variable_invalid');
    expect(refusal.detail).toBe(`${name} must be ${is}`);
  });
});
