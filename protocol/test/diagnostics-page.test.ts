import { createHash } from 'node:crypto';
import { prefersHtml } from '../diagnostics/accept';
import { type DiagnosticsPage, renderDiagnostics } from '../diagnostics/page';
import { PAGE_HEADERS } from '../diagnostics/style';

const PAGE: DiagnosticsPage = {
  heading: 'Diagnostics',
  about: 'How it stands.',
  whenWell: 'All well',
  checks: [{ name: 'the model', state: 'holds', found: 'ready' }],
  tables: [],
  notes: [],
  madeAt: new Date(0),
};

describe('The page of /diagnostics', () => {
  it('says at the top that all is well', () => {
    expect(renderDiagnostics(PAGE)).toContain('<p>✓ All well</p>');
    expect(renderDiagnostics(PAGE)).toContain('<title>All well – Diagnostics</title>');
  });

  it('says what is wrong, the faults before the warnings, and of each the remedy first', () => {
    const html = renderDiagnostics({
      ...PAGE,
      checks: [
        { name: 'disk', state: 'warning', found: '3 MiB', remedy: 'Make room' },
        { name: 'model', state: 'fault', found: 'refused', remedy: 'Check the key' },
      ],
    });
    const order = ['1 thing is wrong</p>', 'Check the key', 'refused', 'Make room', '3 MiB'];
    const places = order.map((text) => html.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('escapes everything, wherever it stands', () => {
    const bad = `<script>alert("1")</script>'&\u202e`;
    const html = renderDiagnostics({
      heading: bad,
      about: bad,
      whenWell: bad,
      checks: [
        { name: bad, state: 'holds', found: bad },
        { name: bad, state: 'fault', found: bad, remedy: bad },
      ],
      tables: [
        { heading: bad, columns: [bad, bad], rows: [[bad, bad]] },
        { heading: bad, rows: [], empty: bad },
      ],
      notes: [bad],
      madeAt: new Date(0),
    });
    expect(html).not.toMatch(/<script|alert\("|'&|\u202e/);
    expect(
      html.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;&#39;&amp;/g),
    ).toHaveLength(19);
  });

  it('lets in its own style and nothing else', () => {
    const style = /<style>(.*)<\/style>/s.exec(renderDiagnostics(PAGE))?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = PAGE_HEADERS['content-security-policy'] ?? '';
    expect(policy).toContain(`style-src 'sha256-${hash}';`);
    expect(policy).not.toMatch(/unsafe|script-src|https?:/);
    expect(renderDiagnostics(PAGE)).not.toMatch(/<script|style=|https?:|src=/);
  });
});

test.each([
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/json', false],
  ['text/html', true],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['application/json, text/html', false],
  ['text/html;q=0.4, application/json;q=0.5', false],
  ['TEXT/HTML; Q=0.9, */*;q=0.1', true],
  ['text/*, application/json;q=0.2', true],
  ['text/html;q=0, */*', false],
  ['text/html;q=nonsense', false],
])('Accept: %s has a page: %p', (accept, expected) => {
  expect(prefersHtml(accept)).toBe(expected);
});
