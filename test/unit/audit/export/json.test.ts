import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '#protocol/audit';
import { anEntry, deceiving, exported, hostileTexts, logId } from './anEntry.ts';

function parsed(format: string, entry: AuditEntry): unknown {
  return JSON.parse(exported(format, entry));
}

test('JSONL is the lines of the log', () => {
  expect(exported('jsonl', anEntry(), anEntry({ seq: 42 }))).toBe(
    `${JSON.stringify(anEntry())}\n${JSON.stringify(anEntry({ seq: 42 }))}\n`,
  );
});

test.each(['ocsf', 'ecs', 'cloudevents'])('%s is one line of JSON an entry, whatever it holds', (format) => {
  for (const text of hostileTexts) {
    const written = exported(
      format,
      anEntry({
        who: text,
        what: text,
        where: text,
        why: text,
        metadata: { [text]: text, reason: text, decision: text },
      }),
    );
    expect(written.endsWith('\n') && written.slice(0, -1)).not.toMatch(/[\r\n]/);
    expect(written).not.toMatch(deceiving);
    expect(JSON.stringify(JSON.parse(written))).toContain(JSON.stringify(text).slice(1, -1));
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (text, value) => {
      const written = exported(format, anEntry({ timestamp: text, who: text, what: text, metadata: { text, value } }));
      expect(written.slice(0, -1)).not.toMatch(/[\r\n]/);
      expect(typeof JSON.parse(written)).toBe('object');
    }),
  );
});

describe('OCSF', () => {
  test('is API Activity 1.5.0 with the profile security_control', () => {
    expect(parsed('ocsf', anEntry())).toEqual({
      activity_id: 3,
      activity_name: 'Update',
      category_uid: 6,
      category_name: 'Application Activity',
      class_uid: 6003,
      class_name: 'API Activity',
      type_uid: 600303,
      time: Date.UTC(2026, 2, 1, 10, 20, 30, 456),
      severity_id: 3,
      severity: 'Medium',
      status_id: 2,
      status: 'Failure',
      status_detail: 'outside allowed_paths',
      message: 'Add a greeting',
      metadata: {
        version: '1.5.0',
        product: { name: 'Loki', vendor_name: 'Loki', version: '1.2.3' },
        profiles: ['security_control'],
        log_name: 'audit',
        log_provider: 'loki',
        uid: `${logId}:41`,
        sequence: 41,
        event_code: 'file_write',
        original_time: '2026-03-01T10:20:30.456Z',
      },
      actor: { app_name: 'implementer' },
      api: { operation: 'file_write', service: { name: 'loki' }, request: { uid: 'act-9' } },
      src_endpoint: { svc_name: 'loki' },
      resources: [{ name: 'src/greet.ts', type: 'file' }],
      action_id: 2,
      action: 'Denied',
      disposition_id: 2,
      disposition: 'Blocked',
      unmapped: {
        who: 'implementer',
        metadata: anEntry().metadata,
        previous_hash: 'a'.repeat(64),
        hash: 'b'.repeat(64),
      },
    });
  });

  test('has what the class requires although the entry says nothing', () => {
    const bare = anEntry({ who: null, what: null, where: null, why: null, metadata: null, timestamp: 'yesterday' });
    expect(parsed('ocsf', bare)).toMatchObject({
      activity_id: 99,
      activity_name: 'entry',
      category_uid: 6,
      class_uid: 6003,
      type_uid: 600399,
      severity_id: 1,
      time: 0,
      metadata: { version: '1.5.0', product: { name: 'Loki' }, original_time: 'yesterday' },
      actor: { app_name: 'unknown' },
      api: { operation: 'entry' },
      src_endpoint: { svc_name: 'loki' },
    });
  });

  test.each<[Partial<AuditEntry>, object]>([
    [{ who: 'os:ann' }, { actor: { user: { name: 'ann', uid: 'os:ann', type_id: 1, type: 'User' } } }],
    [
      { what: 'file_read', metadata: { decision: 'ALLOW', result: 'done' } },
      { type_uid: 600302, status: 'Success', action: 'Allowed', severity_id: 1 },
    ],
    [
      { what: 'command', metadata: { decision: 'REQUIRE_APPROVAL' } },
      { type_uid: 600399, action_id: 99, action: 'REQUIRE_APPROVAL', severity_id: 2 },
    ],
    [
      { what: 'audit_recovered', metadata: {} },
      { severity: 'High', status: 'Unknown' },
    ],
    [
      { what: 'constructor', metadata: {} },
      { activity_id: 99, activity_name: 'constructor' },
    ],
  ])('maps %j', (change, expected) => {
    expect(parsed('ocsf', anEntry(change))).toMatchObject(expected);
  });
});

describe('ECS', () => {
  /** The pairs that the schema expects (8.17, allowed values of event.category). */
  const expectedTypes: Readonly<Record<string, readonly string[]>> = {
    file: ['access', 'change', 'creation', 'deletion', 'info'],
    network: ['access', 'allowed', 'connection', 'denied', 'end', 'info', 'protocol', 'start'],
    configuration: ['access', 'change', 'creation', 'deletion', 'info'],
    process: ['access', 'change', 'end', 'info', 'start'],
  };

  test('is version 8.17 with what it has no field for under a name of our own', () => {
    const { metadata } = anEntry();
    expect(parsed('ecs', anEntry())).toEqual({
      '@timestamp': '2026-03-01T10:20:30.456Z',
      ecs: { version: '8.17.0' },
      event: {
        kind: 'event',
        category: ['file'],
        type: ['change'],
        action: 'file_write',
        outcome: 'failure',
        severity: 6,
        module: 'loki',
        dataset: 'loki.audit',
        provider: 'loki',
        id: `${logId}:41`,
        sequence: 41,
        hash: 'b'.repeat(64),
        reason: 'outside allowed_paths',
        duration: 12_000_000,
      },
      message: 'Add a greeting',
      service: { name: 'loki', type: 'loki', version: '1.2.3' },
      rule: { name: ['allowed-paths'] },
      file: { path: 'src/greet.ts' },
      loki: {
        timestamp: '2026-03-01T10:20:30.456Z',
        who: 'implementer',
        what: 'file_write',
        where: 'src/greet.ts',
        metadata,
        previous_hash: 'a'.repeat(64),
      },
    });
  });

  test.each([
    'file_read',
    'file_write',
    'file_delete',
    'command',
    'fetch',
    'model_call',
    'gate',
    'approval',
    'run_start',
    'run_end',
    'configuration',
    'audit_recovered',
    'worktree',
    null,
  ])('puts %j into a category with a type that is expected there', (what) => {
    for (const stage of ['decision', 'intent', 'outcome']) {
      const document: unknown = parsed('ecs', anEntry({ what, metadata: { stage } }));
      const { category = [], type = [] } = Object(Object(document).event) as { category?: string[]; type?: string[] };
      expect(category).toHaveLength(1);
      expect(expectedTypes[category[0] ?? '']).toContain(type[0]);
    }
  });

  test('names a person, and what a command and an address are', () => {
    expect(parsed('ecs', anEntry({ who: 'os:ann', what: 'command', where: 'npm test' }))).toMatchObject({
      user: { name: 'ann' },
      related: { user: ['ann'] },
      process: { command_line: 'npm test' },
    });
    expect(parsed('ecs', anEntry({ what: 'fetch', where: 'https://docs.example/' }))).toMatchObject({
      url: { original: 'https://docs.example/' },
    });
  });
});

describe('CloudEvents', () => {
  test('is version 1.0 with the entry as data', () => {
    expect(parsed('cloudevents', anEntry())).toEqual({
      specversion: '1.0',
      id: '41',
      source: `/loki/audit/${logId}`,
      type: 'loki.audit.file_write',
      time: '2026-03-01T10:20:30.456Z',
      subject: 'src/greet.ts',
      datacontenttype: 'application/json',
      lokitask: 'task-1',
      lokirun: 'run-1',
      data: anEntry(),
    });
  });

  test('has only names and texts that an attribute may have', () => {
    const attributes = (entry: AuditEntry): readonly [string, unknown][] =>
      Object.entries(Object(parsed('cloudevents', entry))).filter(([name]) => name !== 'data');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostileTexts)), (text) => {
        const entry = anEntry({ timestamp: text, what: text, where: text, metadata: { task_id: text, run_id: text } });
        for (const [name, value] of attributes(entry)) {
          expect(name).toMatch(/^[a-z0-9]{1,20}$/);
          expect(value).not.toBe('');
          expect(String(value).isWellFormed()).toBe(true);
          expect(value).not.toMatch(/[\p{Cc}\p{Noncharacter_Code_Point}]/u);
        }
      }),
    );
  });
});
