import type Database from 'libsql';
import type { Entry } from '../record-base';

/** What can be asked of the tables, with the values of each answer. */
export type TableQuestion =
  | { readonly ask: 'write'; readonly entries: readonly Entry[]; readonly nowMs: number }
  | { readonly ask: 'read'; readonly id: string }
  | { readonly ask: 'list'; readonly limit: number }
  | { readonly ask: 'listBefore'; readonly admittedAt: string; readonly limit: number }
  | { readonly ask: 'remove'; readonly callSids: readonly string[] }
  | { readonly ask: 'readResumeData'; readonly callSid: string }
  | { readonly ask: 'listUnended'; readonly savedBeforeMs: number; readonly limit: number }
  | { readonly ask: 'removeResumeData'; readonly beforeMs: number }
  | { readonly ask: 'listDue'; readonly limit: number }
  | {
      readonly ask: 'claimDue';
      readonly callSid: string;
      readonly by: string;
      readonly forMs: number;
      readonly nowMs: number;
    }
  | { readonly ask: 'removeDue'; readonly callSid: string }
  | { readonly ask: 'check' }
  | { readonly ask: 'close' };

/** Asks the tables; what the driver throws is thrown. */
export type Tables = (question: TableQuestion) => unknown;

/**
 * Opens the tables of a file. The text of this function is also the program of the worker thread, so
 * it uses nothing but what it is given: no import, no name of this file.
 * Source: https://www.sqlite.org/wal.html
 */
export function openTables(Driver: typeof Database, path: string): Tables {
  const database = new Driver(path, { timeout: 2_000 });
  // With the write-ahead log a write costs no disk flush, a reader never waits for a writer, and what
  // was committed outlives the process however it ends.
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(
    `CREATE TABLE IF NOT EXISTS calls (call_sid TEXT PRIMARY KEY, admitted_at TEXT NOT NULL, record TEXT NOT NULL);
     CREATE INDEX IF NOT EXISTS calls_by_time ON calls (admitted_at);
     CREATE INDEX IF NOT EXISTS calls_by_call_id ON calls (json_extract(record, '$.callId'));
     CREATE TABLE IF NOT EXISTS resume_data (call_sid TEXT PRIMARY KEY, saved_ms INTEGER NOT NULL, data TEXT NOT NULL);
     CREATE TABLE IF NOT EXISTS due (call_sid TEXT PRIMARY KEY, since_ms INTEGER NOT NULL, claimed_until_ms INTEGER NOT NULL, claimed_by TEXT);`,
  );
  const prepare = (sql: string) => database.prepare(sql);
  const putRecord = prepare(
    `INSERT INTO calls (call_sid, admitted_at, record) VALUES (?, ?, ?)
     ON CONFLICT (call_sid) DO UPDATE SET admitted_at = excluded.admitted_at, record = excluded.record`,
  );
  const putResumeData = prepare(
    `INSERT INTO resume_data (call_sid, saved_ms, data) VALUES (?, ?, ?)
     ON CONFLICT (call_sid) DO UPDATE SET saved_ms = excluded.saved_ms, data = excluded.data`,
  );
  const putDue = prepare(
    'INSERT INTO due (call_sid, since_ms, claimed_until_ms) VALUES (?, ?, 0) ON CONFLICT (call_sid) DO NOTHING',
  );
  const read = prepare(
    `SELECT record FROM calls WHERE call_sid = ?
     UNION ALL SELECT record FROM calls WHERE json_extract(record, '$.callId') = ? LIMIT 1`,
  );
  const list = prepare('SELECT record FROM calls ORDER BY admitted_at DESC LIMIT ?');
  const listBefore = prepare(
    'SELECT record FROM calls WHERE admitted_at < ? ORDER BY admitted_at LIMIT ?',
  );
  const readResumeData = prepare('SELECT data FROM resume_data WHERE call_sid = ?');
  const listUnended = prepare(
    'SELECT call_sid FROM resume_data WHERE saved_ms < ? ORDER BY saved_ms LIMIT ?',
  );
  const removeOldResumeData = prepare('DELETE FROM resume_data WHERE saved_ms < ?');
  const listDue = prepare('SELECT call_sid, since_ms FROM due ORDER BY since_ms LIMIT ?');
  const claimDue = prepare(
    'UPDATE due SET claimed_until_ms = ?, claimed_by = ? WHERE call_sid = ? AND (claimed_until_ms < ? OR claimed_by = ?)',
  );
  const removeRecord = prepare('DELETE FROM calls WHERE call_sid = ?');
  const removeResumeData = prepare('DELETE FROM resume_data WHERE call_sid = ?');
  const removeDue = prepare('DELETE FROM due WHERE call_sid = ?');

  const column = (row: unknown, name: string): unknown =>
    row === undefined ? undefined : (row as Record<string, unknown>)[name]; // a row is an object
  const together = (work: () => void) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  return (question) => {
    switch (question.ask) {
      case 'write':
        together(() => {
          for (const { callSid, admittedAt, record, resumeData, isDue } of question.entries) {
            putRecord.run(callSid, admittedAt, record);
            if (resumeData === null) removeResumeData.run(callSid);
            else if (resumeData !== undefined)
              putResumeData.run(callSid, question.nowMs, resumeData);
            if (isDue) putDue.run(callSid, question.nowMs);
          }
        });
        return undefined;
      case 'read':
        return column(read.get(question.id, question.id), 'record');
      case 'list':
        return list.all(question.limit).map((row) => column(row, 'record'));
      case 'listBefore':
        return listBefore
          .all(question.admittedAt, question.limit)
          .map((row) => column(row, 'record'));
      case 'remove':
        together(() => {
          for (const callSid of question.callSids)
            for (const table of [removeRecord, removeResumeData, removeDue]) table.run(callSid);
        });
        return undefined;
      case 'readResumeData':
        return column(readResumeData.get(question.callSid), 'data');
      case 'listUnended':
        return listUnended
          .all(question.savedBeforeMs, question.limit)
          .map((row) => column(row, 'call_sid'));
      case 'removeResumeData':
        return void removeOldResumeData.run(question.beforeMs);
      case 'listDue':
        return listDue.all(question.limit).map((row) => ({
          callSid: column(row, 'call_sid'),
          sinceMs: column(row, 'since_ms'),
        }));
      case 'claimDue': {
        const { callSid, by, forMs, nowMs } = question;
        return claimDue.run(nowMs + forMs, by, callSid, nowMs, by).changes === 1;
      }
      case 'removeDue':
        return void removeDue.run(question.callSid);
      case 'check':
        return void database.exec('BEGIN IMMEDIATE; ROLLBACK');
      case 'close':
        return void database.close();
    }
  };
}
