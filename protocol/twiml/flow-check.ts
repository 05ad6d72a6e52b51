import type { TwimlElement } from './document';
import type { TwimlFinding } from './finding';

/** After these nothing more of the document is done. */
const ENDINGS = ['Hangup', 'Redirect', 'Reject', 'Leave'];

/** Where the call goes, and where it ends without meaning to. */
export function checkFlow(response: TwimlElement): TwimlFinding[] {
  const verbs = response.children;
  return verbs.flatMap((verb, at) => {
    const next = verbs[at + 1];
    if (verb.name === 'Connect') return checkConnect(verb, next);
    if (verb.name === 'Start' && next === undefined) {
      return [
        warning(
          'start-nothing-after',
          'nothing follows <Start>: it does not hold the call, which ends at once',
          'add what the caller shall hear, or <Pause>; for a talk both ways use <Connect>',
          verb.line,
        ),
      ];
    }
    if (ENDINGS.includes(verb.name) && next !== undefined) {
      return [
        warning(
          'verb-unreachable',
          `<${next.name}> is never reached: <${verb.name}> comes before it`,
          `remove it, or move it before <${verb.name}>`,
          next.line,
        ),
      ];
    }
    return [];
  });
}

function checkConnect(connect: TwimlElement, next: TwimlElement | undefined): TwimlFinding[] {
  const findings: TwimlFinding[] = [];
  const { action } = connect.attributes;
  if (connect.children.length !== 1) {
    findings.push({
      code: 12200,
      id: connect.children.length === 0 ? 'connect-empty' : 'connect-crowded',
      level: 'warning',
      message: `<Connect> holds ${connect.children.length} elements`,
      remedy: 'put exactly one into it, as <Stream>',
      line: connect.line,
    });
  }
  if (action === undefined && next === undefined) {
    findings.push(
      warning(
        'connect-nothing-after',
        'nothing follows <Connect> and it has no action: the call ends when the stream does, and at once if the stream fails',
        'give <Connect> an action, or put what shall happen then after it',
        connect.line,
      ),
    );
  }
  if (action !== undefined && next !== undefined) {
    findings.push(
      warning(
        'verb-unreachable',
        `<${next.name}> is never reached: Twilio goes to the action of <Connect>`,
        'let the action answer with it',
        next.line,
      ),
    );
  }
  return findings;
}

function warning(id: string, message: string, remedy: string, line: number): TwimlFinding {
  return { code: null, id, level: 'warning', message, remedy, line };
}
