import { checkTwiml } from '../twiml/check';
import { correctTwiml } from '../twiml/correction/correction';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const ACTION = 'action="https://functions.example.com/ended"';
const URL = 'wss://bridge.example.com/m';

/** Corrects what stands in a Response; gives the ids of what was found, and the lines within. */
function correct(body: string) {
  const { findings, corrected, remaining } = correctTwiml({ body });
  return {
    found: findings.map(({ id }) => id),
    within: corrected
      ?.replace(`${DECLARATION}\n<Response>\n`, '')
      .replace('</Response>\n', '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    remaining: remaining.map(({ id }) => id),
  };
}

const connect = (stream: string) => `<Response><Connect ${ACTION}>${stream}</Connect></Response>`;

test('the document that started it all is told all of its faults, and comes back corrected', () => {
  const body =
    '<Connect>\n<Stream url="wss://host.example.com/media-stream?call_id=…" track="inbound_track outbound_track"/>\n</Connect>';
  const { findings, corrected } = correctTwiml({ body });
  expect(findings.map(({ id, code, line }) => [id, code, line])).toEqual([
    ['root-not-response', 12102, 1],
    ['stream-query-dropped', null, 2],
    ['stream-track', 31941, 2],
    ['connect-nothing-after', null, 1],
  ]);
  expect(corrected).toBe(`${DECLARATION}
<Response>
  <Connect>
    <Stream url="wss://host.example.com/media-stream">
      <Parameter name="call_id" value="…"/>
    </Stream>
  </Connect>
</Response>
`);
});

test.each([
  ['ws', connect('<Stream url="ws://bridge.example.com/m"/>'), 'stream-scheme'],
  ['a port of no TLS', connect('<Stream url="ws://bridge.example.com:80/m"/>'), 'stream-scheme'],
  ['https', connect('<Stream url="https://bridge.example.com/m"/>'), 'stream-scheme'],
  ['a track of both', connect(`<Stream url="${URL}" track="both_tracks"/>`), 'stream-track'],
  ['an unknown attribute', connect(`<Stream url="${URL}" mode="duplex"/>`), 'attribute-unknown'],
  ['an attribute in the wrong case', connect(`<Stream URL="${URL}"/>`), 'attribute-case'],
  ['a verb in the wrong case', connect(`<stream url="${URL}"/>`), 'element-case'],
  ['no wrapper', `<Connect ${ACTION}><Stream url="${URL}"/></Connect>`, 'root-not-response'],
  [
    'a wrapper in the wrong case',
    connect(`<Stream url="${URL}"/>`).replaceAll('Response', 'response'),
    'root-not-response',
  ],
  [
    'blanks first',
    `\n ${DECLARATION}${connect(`<Stream url="${URL}"/>`)}`,
    'blank-before-declaration',
  ],
  ['typographic quotes', connect(`<Stream url=“${URL}”/>`), 'not-well-formed'],
  [
    'a version',
    connect(`<Stream url="${URL}"/>`).replace('<Response', '<Response version="2"'),
    'version-invalid',
  ],
])('%s is corrected', (_, body, id) => {
  const { found, within, remaining } = correct(body);
  expect(found).toContain(id);
  expect(within).toEqual([`<Connect ${ACTION}>`, `<Stream url="${URL}"/>`, '</Connect>']);
  expect(remaining).toEqual([]);
});

test('what stood in the query becomes parameters, and those that are there win', () => {
  const { within } = correct(
    connect(`<Stream url="${URL}?a=1&amp;b=x%20y&amp;c"><Parameter name="a" value="2"/></Stream>`),
  );
  expect(within).toEqual([
    `<Connect ${ACTION}>`,
    `<Stream url="${URL}">`,
    '<Parameter name="a" value="2"/>',
    '<Parameter name="b" value="x y"/>',
    '<Parameter name="c" value=""/>',
    '</Stream>',
    '</Connect>',
  ]);
});

test('a bare & in an address is escaped, and what stands behind it is found too', () => {
  const { found, within } = correct(connect(`<Stream url="${URL}?a=1&b=2" track="both_tracks"/>`));
  expect(found).toEqual(['not-well-formed', 'stream-query-dropped', 'stream-track']);
  expect(within).toContain('<Parameter name="b" value="2"/>');
});

test('a bare & is named with its own line, not where the parser gave up', () => {
  const { findings } = checkTwiml({
    body: '<Response>\n<Say>a & b</Say>\n<Say>c</Say></Response>',
  });
  expect(findings).toMatchObject([{ code: 12100, line: 2 }]);
  expect(findings[0]?.message).toContain('a bare & at "& b');
});

test('a one-way stream in a call in which nothing else happens becomes a two-way one', () => {
  const { found, within } = correct(`<Response><Start><Stream url="${URL}"/></Start></Response>`);
  expect(found).toEqual(['start-nothing-after', 'stream-one-way']);
  expect(within).toEqual(['<Connect>', `<Stream url="${URL}"/>`, '</Connect>']);
  const beside = `<Response><Start><Stream url="${URL}" track="inbound_track, outbound_track"/></Start><Dial>+15550100100</Dial></Response>`;
  expect(correct(beside).within).toContain(`<Stream url="${URL}" track="both_tracks"/>`);
});

test('a stream that stands alone gets its <Connect>', () => {
  expect(correct(`<Response><Stream url="${URL}"/><Hangup/></Response>`).within).toEqual([
    '<Connect>',
    `<Stream url="${URL}"/>`,
    '</Connect>',
    '<Hangup/>',
  ]);
});

test('lines are those of the document, whatever had to be mended to read on', () => {
  const { findings } = correctTwiml({
    body: '\n\n<?xml version="1.0"?>\n<Say>a & b</Say>\n<Pause length="0"/>',
  });
  expect(findings.map(({ id, line }) => [id, line])).toEqual([
    ['blank-before-declaration', 1],
    ['not-well-formed', 4],
    ['pause-length', 5],
  ]);
});

test('words, markup, comments and CDATA come through as they were', () => {
  const say = '<Say voice="alice">a &amp; <emphasis level="strong">b</emphasis> c &lt; d</Say>';
  const body = `<response><!-- why -->${say}<Say><![CDATA[x & <y>]]></Say></response>`;
  expect(correct(body).within).toEqual(['<!-- why -->', say, '<Say>x &amp; &lt;y&gt;</Say>']);
});

test.each([
  ['a sound document', connect(`<Stream url="${URL}"/>`)],
  ['an unclosed tag', '<Response><Say>'],
  ['another root', '<TwiML/>'],
  ['a web page', '<!DOCTYPE html><html><body><p>Log in</body></html>'],
  ['JSON', '{"error":"x"}'],
  ['nothing', ''],
])('%s is left alone', (_, body) => {
  expect(correct(body).within).toBeUndefined();
});

test.each([
  ['<!DOCTYPE html><html><br></html>', 'not-twiml-page', 'the answer is a web page'],
  ['{"error":"x"}', 'not-twiml-json', 'the answer is JSON'],
  ['Internal Server Error', 'not-twiml-text', 'Internal Server Error'],
])('%p is called what it is', (body, id, message) => {
  const { findings } = checkTwiml({ body });
  expect(findings.map((one) => one.id)).toEqual([id]);
  expect(findings[0]?.message).toContain(message);
});
