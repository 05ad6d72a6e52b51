import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import type { CallRecord } from './call-record';
import type { CallStore } from './call-store';

/**
 * Records in a file of their own, embedded (libsql): it survives the end of the process.
 * @param path of the file; its folder is made; `:memory:` keeps nothing.
 */
export function openFileStore(path: string): CallStore {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  // With the write-ahead log a write costs no disk flush, and a reader never waits for a writer.
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(
    `CREATE TABLE IF NOT EXISTS calls (call_sid TEXT PRIMARY KEY, admitted_at TEXT NOT NULL, record TEXT NOT NULL);
     CREATE INDEX IF NOT EXISTS calls_by_time ON calls (admitted_at);
     CREATE INDEX IF NOT EXISTS calls_by_call_id ON calls (json_extract(record, '$.callId'));`,
  );
  const put = database.prepare(
    `INSERT INTO calls (call_sid, admitted_at, record) VALUES (?, ?, ?)
     ON CONFLICT (call_sid) DO UPDATE SET admitted_at = excluded.admitted_at, record = excluded.record`,
  );
  const get = database.prepare(
    `SELECT record FROM calls WHERE call_sid = ?
     UNION ALL SELECT record FROM calls WHERE json_extract(record, '$.callId') = ? LIMIT 1`,
  );
  const list = database.prepare('SELECT record FROM calls ORDER BY admitted_at DESC LIMIT ?');
  return {
    put: (record) => void put.run(record.callSid, record.admittedAt, JSON.stringify(record)),
    get: (id) => {
      const row: unknown = get.get(id, id);
      return row === undefined ? undefined : readRow(row);
    },
    list: (limit) => list.all(limit).map(readRow),
    check: () => {
      // A file that somebody deleted is still written to, and gone with the process.
      if (path !== ':memory:' && !existsSync(path)) throw new Error(`${path} is gone`);
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
    },
    close: () => void database.close(),
  };
}

/** Only this file writes the table, so what it reads has the shape that it wrote. */
function readRow(row: unknown): CallRecord {
  return JSON.parse((row as { record: string }).record) as CallRecord;
}
