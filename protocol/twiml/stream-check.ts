import type { TwimlElement } from './document';
import { quote, type TwimlFinding } from './finding';
import { checkStreamTrack } from './stream-track';
import { checkStreamUrl } from './stream-url';

/** Name and value of one `<Parameter>` together, in characters. */
export const MAX_PARAMETER_CHARS = 500;

/** Everything that is particular to Media Streams. */
export function checkStreams(response: TwimlElement): TwimlFinding[] {
  const findings: TwimlFinding[] = [];
  const names = new Set<string>();
  for (const verb of response.children) {
    if (verb.name !== 'Connect' && verb.name !== 'Start') continue;
    for (const stream of verb.children) {
      if (stream.name !== 'Stream') continue;
      findings.push(
        ...checkStreamUrl(stream),
        ...checkStreamTrack(stream, verb.name),
        ...checkConnector(stream),
        ...checkParameters(stream),
        ...checkName(stream, names),
      );
    }
  }
  return findings;
}

/** Assumed: a connector's unique name has the letters that Twilio's other unique names have. */
function checkConnector({ attributes, line }: TwimlElement): TwimlFinding[] {
  const { connectorName } = attributes;
  if (connectorName === undefined || /^[\w.-]{1,64}$/.test(connectorName)) return [];
  return [
    {
      code: 31940,
      id: 'stream-connector-name',
      level: 'error',
      message: `connectorName ${quote(connectorName)} cannot be the name of a connector`,
      remedy: 'use the unique name that the connector has in the Twilio console, or leave it out',
      line,
    },
  ];
}

function checkParameters(stream: TwimlElement): TwimlFinding[] {
  const findings: TwimlFinding[] = [];
  for (const { name: element, attributes, line } of stream.children) {
    if (element !== 'Parameter') continue;
    const { name = '', value = '' } = attributes;
    if (name === '') {
      findings.push({
        code: 12200,
        id: 'parameter-name-missing',
        level: 'warning',
        message: 'this <Parameter> has no name',
        remedy: 'add name="…": it is the key in start.customParameters',
        line,
      });
    }
    const chars = name.length + value.length;
    if (chars > MAX_PARAMETER_CHARS) {
      findings.push({
        code: null,
        id: 'parameter-too-long',
        level: 'warning',
        message: `<Parameter> ${quote(name)} has ${chars} characters, name and value together; ${MAX_PARAMETER_CHARS} is the limit`,
        remedy: 'pass an id, and look the rest up on the server',
        line,
      });
    }
  }
  return findings;
}

function checkName({ attributes, line }: TwimlElement, names: Set<string>): TwimlFinding[] {
  const { name } = attributes;
  if (name === undefined) return [];
  if (!names.has(name)) {
    names.add(name);
    return [];
  }
  return [
    {
      code: null,
      id: 'stream-name-repeated',
      level: 'warning',
      message: `two streams are named ${quote(name)}`,
      remedy: 'give each stream of a call its own name',
      line,
    },
  ];
}
