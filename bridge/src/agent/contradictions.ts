import type { Agent } from './agent-schema';
import { readClip } from './clip-file';
import { findSchemaFaults, type ObjectSchema } from './json-schema';
import { type AgentTool, BUILT_IN, nameTool } from './tool-schema';
import { findPlaceholders } from './variables';

/** A fault and where it stands: the path of keys and indexes. */
export interface LocatedFault {
  readonly path: readonly string[];
  readonly message: string;
  /** The piece of the text at that path that is wrong, as it is written. */
  readonly within?: string;
}

/**
 * What is wrong with an agent whose every key is right by itself.
 * @param fileName what the file is called, without its ending.
 * @param maxCallS the longest call that the bridge allows.
 */
export function findContradictions(
  agent: Agent,
  fileName: string,
  maxCallS: number,
): LocatedFault[] {
  return [
    ...checkName(agent, fileName),
    ...checkLimits(agent, maxCallS),
    ...checkWaitClip(agent),
    ...checkPlaceholders(agent),
    ...checkToolNames(agent.tools),
    ...checkKeys(agent),
    ...checkOutcome(agent),
    ...agent.tools.flatMap((tool, index) =>
      tool.type === 'http'
        ? checkSchema(['tools', String(index), 'parameters'], tool.parameters)
        : [],
    ),
  ];
}

function checkName({ name }: Agent, fileName: string): LocatedFault[] {
  return name === fileName
    ? []
    : [{ path: ['name'], message: `is ${name}, but the file is called ${fileName}` }];
}

function checkLimits({ limits }: Agent, maxCallS: number): LocatedFault[] {
  return limits.call_s !== null && limits.call_s > maxCallS
    ? [
        {
          path: ['limits', 'call_s'],
          message: `is over MAX_CALL_S, which is ${maxCallS}; lower it or raise that`,
        },
      ]
    : [];
}

function checkWaitClip({ on_wait: own }: Agent): LocatedFault[] {
  if (own === undefined) return [];
  try {
    readClip(own.clip);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ path: ['on_wait', 'clip'], message }];
  }
}

/** The texts of an agent that may hold `{{variables}}`. */
function textsOf(agent: Agent): { path: string[]; text: string }[] {
  return [
    ...(agent.greeting === undefined ? [] : [{ path: ['greeting'], text: agent.greeting }]),
    { path: ['instructions'], text: agent.instructions },
    ...(agent.on_failure === undefined
      ? []
      : [{ path: ['on_failure', 'say'], text: agent.on_failure.say }]),
    ...(agent.voicemail === undefined
      ? []
      : [{ path: ['voicemail', 'message'], text: agent.voicemail.message }]),
    ...(agent.recording === undefined
      ? []
      : [{ path: ['recording', 'consent'], text: agent.recording.consent }]),
    ...agent.tools.flatMap((tool, index) =>
      tool.type === 'http' ? [{ path: ['tools', String(index), 'url'], text: tool.url }] : [],
    ),
  ];
}

function checkPlaceholders(agent: Agent): LocatedFault[] {
  const names = Object.keys(agent.variables);
  const known = names.length === 0 ? 'none is declared' : `declared are ${names.join(', ')}`;
  return textsOf(agent).flatMap(({ path, text }) =>
    findPlaceholders(text)
      .filter(({ name }) => !names.includes(name))
      .map(({ written }) => ({
        path,
        message: `${written} is no variable of this file; ${known}`,
        within: written,
      })),
  );
}

function checkToolNames(tools: readonly AgentTool[]): LocatedFault[] {
  const names = tools.map(nameTool);
  return tools.flatMap((tool, index) => {
    const name = nameTool(tool);
    const isOwn = tool.type === 'http' || tool.type === 'mcp';
    const message =
      isOwn && BUILT_IN.some((reserved) => reserved === name)
        ? `${name} is the name of a built-in tool`
        : names.indexOf(name) < index
          ? `there is a tool ${name} already`
          : undefined;
    const key = tool.type === 'mcp' ? ['server_label'] : isOwn ? ['name'] : [];
    return message === undefined ? [] : [{ path: ['tools', String(index), ...key], message }];
  });
}

function checkKeys({ keys, tools }: Agent): LocatedFault[] {
  const transfer = tools.find((tool) => tool.type === 'transfer_call');
  const names = Object.keys(transfer?.destinations ?? {});
  return Object.entries(keys).flatMap(([key, bound]) =>
    bound.action !== 'transfer_call' || names.includes(bound.destination)
      ? []
      : [
          {
            path: ['keys', key, 'destination'],
            message:
              transfer === undefined
                ? 'there is no tool transfer_call that could have destinations'
                : `must be one of transfer_call's destinations: ${names.join(', ')}`,
          },
        ],
  );
}

function checkOutcome({ outcome, tools }: Agent): LocatedFault[] {
  const index = tools.findIndex(({ type }) => type === 'report_outcome');
  if (index >= 0 && outcome === undefined)
    return [
      {
        path: ['tools', String(index)],
        message: 'report_outcome needs outcome, the JSON Schema of what it must give',
      },
    ];
  if (outcome === undefined) return [];
  if (index < 0)
    return [
      { path: ['outcome'], message: 'is never given: report_outcome is not among the tools' },
    ];
  return checkSchema(['outcome'], outcome);
}

function checkSchema(path: readonly string[], schema: ObjectSchema): LocatedFault[] {
  return findSchemaFaults(schema).map((fault) => ({
    path: [...path, ...fault.path],
    message: fault.message,
  }));
}
