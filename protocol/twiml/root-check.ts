import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';

/** The root element and the versions (errors 12101 and 12102). */
export function checkRoot(body: string, root: TwimlElement): TwimlFinding[] {
  const findings: TwimlFinding[] = [];
  const declared = /^<\?xml\s+version\s*=\s*["']([^"']*)["']/.exec(body)?.[1];
  const version = root.attributes.version;
  for (const [where, given] of [
    ['the XML declaration', declared],
    ['<Response>', version],
  ] as const) {
    if (given === undefined || given === '1.0') continue;
    findings.push({
      code: 12101,
      id: 'version-invalid',
      level: 'error',
      message: `${where} says version ${quote(given)}`,
      remedy: 'write <?xml version="1.0" encoding="UTF-8"?> and <Response> without a version',
      line: where === '<Response>' ? root.line : 1,
    });
  }
  if (root.name !== 'Response') {
    findings.push({
      code: 12102,
      id: 'root-not-response',
      level: 'error',
      message:
        root.name.toLowerCase() === 'html'
          ? 'the answer is a web page'
          : `the root element is <${root.name}>`,
      remedy:
        root.name.toLowerCase() === 'html'
          ? 'look at what the address answers in a browser: a login, a tunnel’s notice or an error page'
          : 'put everything into one <Response>, with a capital R',
      line: root.line,
    });
  }
  return findings;
}
