import { AgentFileError, readAgent } from '../src/agent/agent-file';

const HEAD = 'name: small\nlanguage: en\nvoice: marin\ninstructions: Be brief.\ntools:\n';
const HTTP = '  - type: http\n    name: find_table\n    description: Finds a table.\n';

const read = (tools: string) =>
  readAgent('small.yaml', HEAD + tools, {
    environment: { KEY: 'k-1', BROKEN: 'a\nb', EMPTY: '' },
    maxCallS: 60,
  }).tools;

const faultsOf = (tools: string): readonly string[] => {
  try {
    read(tools);
  } catch (error) {
    if (error instanceof AgentFileError) return error.faults;
    throw error;
  }
  throw new Error('the file was read');
};

describe('The tools of an agent file', () => {
  it('may be just their names where they have no options', () => {
    expect(read('  - end_call\n  - type: send_digits\n')).toEqual([
      { type: 'end_call' },
      { type: 'send_digits' },
    ]);
  });

  it('have defaults', () => {
    expect(read(`${HTTP}    url: https://example.com/tables\n`)).toEqual([
      {
        type: 'http',
        name: 'find_table',
        description: 'Finds a table.',
        method: 'POST',
        url: 'https://example.com/tables',
        headers: {},
        timeout_ms: 8_000,
        filler_ms: 2_000,
        parameters: { type: 'object', properties: {} },
      },
    ]);
    expect(
      read('  - type: transfer_call\n    destinations: { staff: "+15550100003" }\n'),
    ).toMatchObject([{ timeout_s: 20 }]);
    expect(
      read('  - type: mcp\n    server_label: tables\n    server_url: https://example.com/mcp\n'),
    ).toMatchObject([{ require_approval: 'never' }]);
  });

  it('may hold variables after the host of their address', () => {
    const file = `${HEAD}${HTTP}    url: https://example.com/{{id}}?q={{ id }}\nvariables: { id: { type: string } }\n`;
    expect(readAgent('small.yaml', file, { environment: {}, maxCallS: 60 }).tools).toMatchObject([
      { url: 'https://example.com/{{id}}?q={{ id }}' },
    ]);
  });

  it('may be on this machine without TLS', () => {
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:80'])
      expect(read(`${HTTP}    url: http://${host}/x\n`)).toHaveLength(1);
  });

  it.each([
    ['that is none of them', '  - hang_up\n', ':6: tools.0: must be end_call, report_outcome'],
    [
      'of a type that there is none of',
      '  - type: smtp\n',
      ':6: tools.0.type: must be end_call, report_outcome',
    ],
    ['of no type', '  - name: find\n', ':6: tools.0.type: is missing'],
    ['with a missing option', HTTP, ':6: tools.0.url: is missing'],
    [
      'with an option that is none',
      `  - end_call\n${HTTP}    url: https://example.com/\n    timeout: 5\n`,
      ':11: tools.1.timeout: is no key',
    ],
    [
      'without TLS, elsewhere',
      `${HTTP}    url: http://example.com/\n`,
      ':9: tools.0.url: must be https',
    ],
    ['with no address', `${HTTP}    url: example\n`, ':9: tools.0.url: is not an address'],
    [
      'whose host is a variable',
      `${HTTP}    url: https://{{host}}/x\n`,
      ':9: tools.0.url: may hold {{variables}} after the host only',
    ],
    [
      'with a key in its address',
      `${HTTP}    url: https://example.com/?key=\${KEY}\n`,
      ':9: tools.0.url: takes no ${…}',
    ],
    [
      'with a password in its address',
      `${HTTP}    url: https://me:secret@example.com/\n`,
      ':9: tools.0.url: takes no user and password',
    ],
    [
      'whose address has an undeclared variable',
      `${HTTP}    url: https://example.com/{{id}}\n`,
      ':9: tools.0.url: {{id}} is no variable',
    ],
    [
      'whose key is not in the environment',
      `${HTTP}    url: https://example.com/\n    headers:\n      accept: text/plain\n      authorization: Bearer \${NONE} \${EMPTY}\n`,
      ':12: tools.0.headers.authorization: NONE, EMPTY is not set in the environment',
    ],
    [
      'whose key has a line break',
      `${HTTP}    url: https://example.com/\n    headers: { authorization: "\${BROKEN}" }\n`,
      ':10: tools.0.headers.authorization: holds a character that no header may',
    ],
    [
      'with a header that is none',
      `${HTTP}    url: https://example.com/\n    headers: { "a b": x }\n`,
      ':10: tools.0.headers.a b: is no name of a header',
    ],
    [
      'with a schema that has a fault, deep inside',
      `${HTTP}    url: https://example.com/\n    parameters:\n      type: object\n      required: date\n      properties: {}\n`,
      ':12: tools.0.parameters.required: must be array',
    ],
    [
      'with a format that nobody checks',
      `${HTTP}    url: https://example.com/\n    parameters:\n      type: object\n      properties: { a: { type: string, format: hour } }\n`,
      ':10: tools.0.parameters: unknown format "hour"',
    ],
    [
      'with the name of a built-in one',
      `${HTTP.replace('find_table', 'end_call')}    url: https://example.com/\n`,
      ':7: tools.0.name: end_call is the name of a built-in tool',
    ],
    [
      'a second time',
      '  - end_call\n  - end_call\n',
      ':7: tools.1: there is a tool end_call already',
    ],
    [
      'that transfers to a number which YAML takes for a sum',
      '  - type: transfer_call\n    destinations:\n      staff: +15550100003\n',
      ':8: tools.0.destinations.staff: must be a telephone number in quotes',
    ],
    [
      'that transfers to what is no number',
      '  - type: transfer_call\n    destinations: { staff: "555-0100" }\n',
      ':7: tools.0.destinations.staff: must be a telephone number in E.164',
    ],
    [
      'that transfers to nobody',
      '  - type: transfer_call\n    destinations: {}\n',
      ':7: tools.0.destinations: must name at least one number',
    ],
    [
      'that transfers, by its name alone',
      '  - transfer_call\n',
      ':6: tools.0.destinations: is missing',
    ],
    [
      'of a server without TLS',
      '  - type: mcp\n    server_label: a\n    server_url: http://example.com/\n',
      ':8: tools.0.server_url: must be https',
    ],
    [
      'of a server whose key is not in the environment',
      '  - type: mcp\n    server_label: a\n    server_url: https://example.com/\n    authorization: ${NONE}\n',
      ':9: tools.0.authorization: NONE is not set',
    ],
    [
      'of a server that waits for an approval',
      '  - type: mcp\n    server_label: a\n    server_url: https://example.com/\n    require_approval: always\n',
      ':9: tools.0.require_approval: must be never: nobody can approve during a call',
    ],
  ])('are refused for one %s', (_what, tools, expected) => {
    const faults = faultsOf(tools);
    expect(faults).toContainEqual(expect.stringContaining(`small.yaml${expected}`));
    expect(faults.join('\n')).not.toContain('k-1');
  });
});
