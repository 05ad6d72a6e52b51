import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';

/** Verbs that do nothing because what they need is not there. */
export function checkVerbs(element: TwimlElement): TwimlFinding[] {
  return [...checkVerb(element), ...element.children.flatMap(checkVerbs)];
}

function checkVerb(element: TwimlElement): TwimlFinding[] {
  const { name, text, children, attributes, line } = element;
  const bare = text === '' && children.length === 0;
  switch (name) {
    case 'Say':
      return bare
        ? [warning(null, 'say-empty', '<Say> has no words', 'write what shall be said', line)]
        : [];
    case 'Play':
      return checkPlay(element);
    case 'Redirect':
      return bare
        ? [
            warning(
              null,
              'redirect-empty',
              '<Redirect> has no address: Twilio asks this same document again',
              'write the address into it',
              line,
            ),
          ]
        : [];
    case 'Dial':
      return checkDial(element);
    case 'Number':
      return checkNumber(text, line);
    case 'Pause':
      return attributes.length === undefined || /^[1-9]\d*$/.test(attributes.length)
        ? []
        : [
            warning(
              12200,
              'pause-length',
              `<Pause> cannot last ${quote(attributes.length)}`,
              'give whole seconds, from 1',
              line,
            ),
          ];
    default:
      return [];
  }
}

function checkPlay({ text, attributes, line }: TwimlElement): TwimlFinding[] {
  const { digits } = attributes;
  if (digits === undefined) {
    return text === ''
      ? [warning(null, 'play-empty', '<Play> has nothing to play', 'name a file or digits', line)]
      : [];
  }
  return /^[0-9A-Da-d*#wW]+$/.test(digits)
    ? []
    : [
        warning(
          null,
          'play-digits',
          `${quote(digits)} are not digits that can be played`,
          'use 0–9, *, # and w for half a second of waiting',
          line,
        ),
      ];
}

function checkDial({ text, children, attributes, line }: TwimlElement): TwimlFinding[] {
  if (text === '' && children.length === 0) {
    return [warning(null, 'dial-empty', '<Dial> dials nobody', 'name a number', line)];
  }
  const findings = children.length === 0 ? checkNumber(text, line) : [];
  const { callerId } = attributes;
  if (callerId !== undefined && !/^(?:\+?\d{2,15}|(?:client|sip):\S+)$/.test(callerId)) {
    findings.push(
      warning(
        13214,
        'dial-caller-id',
        `callerId ${quote(callerId)} is not a number that can be shown`,
        'use a number of the account in E.164, or one that was verified',
        line,
      ),
    );
  }
  return findings;
}

function checkNumber(number: string, line: number): TwimlFinding[] {
  return /^\+?[\d\s().-]{2,32}$/.test(number)
    ? []
    : [
        warning(
          13223,
          'dial-number',
          `${quote(number)} is not a phone number`,
          'write it in E.164, as +15550100100; use <Sip> or <Client> for what is no number',
          line,
        ),
      ];
}

function warning(
  code: number | null,
  id: string,
  message: string,
  remedy: string,
  line: number,
): TwimlFinding {
  return { code, id, level: 'warning', message, remedy, line };
}
