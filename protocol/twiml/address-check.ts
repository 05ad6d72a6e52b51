import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';

/** Attributes that hold an address which Twilio requests. */
const ADDRESS_ATTRIBUTES = [
  'action',
  'statusCallback',
  'statusCallbackUrl',
  'recordingStatusCallback',
  'partialResultCallback',
  'transcribeCallback',
  'amdStatusCallback',
  'eventCallbackUrl',
  'waitUrl',
  'referUrl',
];

/** Elements whose text is an address. */
const ADDRESS_ELEMENTS = ['Redirect', 'Play'];

/** Addresses that Twilio will request: http or https, without blanks, no underscore in the host. */
export function checkAddresses(element: TwimlElement): TwimlFinding[] {
  const findings = ADDRESS_ATTRIBUTES.flatMap((name) => {
    const address = element.attributes[name];
    return address === undefined
      ? []
      : checkAddress(address, `${name} of <${element.name}>`, element.line);
  });
  if (ADDRESS_ELEMENTS.includes(element.name) && element.text !== '') {
    findings.push(...checkAddress(element.text, `<${element.name}>`, element.line));
  }
  return [...findings, ...element.children.flatMap(checkAddresses)];
}

function checkAddress(address: string, where: string, line: number): TwimlFinding[] {
  const host = hostOf(address);
  if (host === undefined) {
    return [
      {
        code: 11100,
        id: 'address-invalid',
        level: 'error',
        message: `${where} is ${quote(address)}, which is not an address that Twilio can request`,
        remedy: 'write the whole address, from https:// on',
        line,
      },
    ];
  }
  if (!host.includes('_')) return [];
  return [
    {
      code: null,
      id: 'address-underscore',
      level: 'warning',
      message: `${where} has an underscore in its host name, which Twilio does not take for callbacks`,
      remedy: 'use a host name of letters, digits and hyphens',
      line,
    },
  ];
}

/** The host, `''` for a relative address, undefined for none at all. */
function hostOf(address: string): string | undefined {
  if (/[\s\p{Cc}{}<>|\\^`]/u.test(address) || address === '') return undefined;
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return '';
  try {
    const { protocol, hostname } = new URL(address);
    return protocol === 'https:' || protocol === 'http:' ? hostname : undefined;
  } catch {
    return undefined;
  }
}
