import type { ModelSession } from '../../simulator/model/model-server';
import type { Line, LineCall } from './line';

/** The log lines with this message of one call. */
export function logsOf({ bridge }: Line, { phone }: LineCall, msg: string) {
  return bridge.logs.filter((line) => line.msg === msg && line.callSid === phone.callSid);
}

/** All sessions of one call at the model, in order: the first, and those that took over. */
export function sessionsOf(line: Line, call: LineCall): ModelSession[] {
  const ids = logsOf(line, call, 'model session replaced').map(({ sessionId }) => sessionId);
  const others = ids.flatMap(
    (id) => line.model.sessions.find(({ sessionId }) => sessionId === id) ?? [],
  );
  return [call.session, ...others];
}

/** The sessions of one call as if they were one, for an account of what was heard. */
export function asOneSession(sessions: readonly ModelSession[]): Pick<ModelSession, 'record'> {
  const [first] = sessions;
  if (first === undefined) throw new Error('no session');
  const all = sessions.map(({ record }) => record);
  return {
    record: Object.create(first.record, {
      spoken: { value: all.flatMap(({ spoken }) => spoken) },
      truncations: { value: all.flatMap(({ truncations }) => truncations) },
    }) as ModelSession['record'], // only these two are read
  };
}
