import type { CallRecord } from '../../src/records/call-record';
import type { Entry } from '../../src/records/record-base';

/** A record with what every record has. */
export function makeRecord(callSid: string, more: Partial<CallRecord> = {}): CallRecord {
  return {
    callSid,
    from: '+15*******01',
    to: '+15*******02',
    direction: 'inbound',
    agent: 'receptionist',
    admittedAt: '2027-01-31T12:00:00.000Z',
    course: [],
    turns: [],
    statusEvents: [],
    errors: [],
    heardMs: 0,
    bargeIns: 0,
    callerBytes: 0,
    agentBytes: 0,
    ...more,
  };
}

/** The same as it goes into a base. */
export function makeEntry(record: CallRecord, more: Partial<Entry> = {}): Entry {
  return {
    callSid: record.callSid,
    callId: record.callId,
    admittedAt: record.admittedAt,
    record: JSON.stringify(record),
    resumeData: undefined,
    isDue: false,
    ...more,
  };
}
