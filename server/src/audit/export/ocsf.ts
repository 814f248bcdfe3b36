import type { ExportFormat } from './exportFormat.ts';
import { factsOf, textIn, type Facts, type Weight } from './facts.ts';
import { plainJson } from './plainJson.ts';

// Open Cybersecurity Schema Framework 1.5.0: class API Activity (6003) with the profile security_control. What an agent
// proposes and Loki decides is an operation that an actor asks of a service.

const classUid = 6003;
const severities: Readonly<Record<Weight, readonly [number, string]>> = {
  usual: [1, 'Informational'],
  asked: [2, 'Low'],
  refused: [3, 'Medium'],
  alarming: [4, 'High'],
};
const statuses = { success: [1, 'Success'], failure: [2, 'Failure'], unknown: [0, 'Unknown'] } as const;

/** Operations that are one of the four of the class; any other is `Other`, under its own name. */
const activities: Readonly<Record<string, readonly [number, string]>> = {
  run_start: [1, 'Create'],
  worktree: [1, 'Create'],
  git_branch: [1, 'Create'],
  file_read: [2, 'Read'],
  file_list: [2, 'Read'],
  file_search: [2, 'Read'],
  git_status: [2, 'Read'],
  git_diff: [2, 'Read'],
  fetch: [2, 'Read'],
  file_write: [3, 'Update'],
  file_edit: [3, 'Update'],
  git_commit: [3, 'Update'],
  git_push: [3, 'Update'],
  file_delete: [4, 'Delete'],
  discard: [4, 'Delete'],
};

export const ocsf: ExportFormat = {
  head: '',
  entry: ({ entry }, { version, logId }) => {
    const { seq, timestamp, who, where, why, metadata, previousHash, hash } = entry;
    const facts = factsOf(entry);
    const { what } = facts;
    const [activityId, activityName] = (Object.hasOwn(activities, what) ? activities[what] : undefined) ?? [99, what];
    const [severityId, severity] = severities[facts.weight];
    const [statusId, status] = statuses[facts.outcome];
    const actionId = textIn(metadata, 'action_id');
    const statusDetail = facts.reason ?? facts.result;
    return `${plainJson({
      activity_id: activityId,
      activity_name: activityName,
      category_uid: 6,
      category_name: 'Application Activity',
      class_uid: classUid,
      class_name: 'API Activity',
      type_uid: classUid * 100 + activityId,
      // Required, and in milliseconds since 1970. Where it cannot be read, original_time has what the log says.
      time: facts.timeMs ?? 0,
      severity_id: severityId,
      severity,
      status_id: statusId,
      status,
      ...(statusDetail === null ? {} : { status_detail: statusDetail }),
      ...(why === null || why === '' ? {} : { message: why }),
      metadata: {
        version: '1.5.0',
        product: { name: 'Loki', vendor_name: 'Loki', version },
        profiles: ['security_control'],
        log_name: 'audit',
        log_provider: 'loki',
        uid: `${logId}:${seq}`,
        sequence: seq,
        event_code: what,
        original_time: timestamp,
      },
      actor: actorOf(who, facts),
      api: {
        operation: what,
        service: { name: 'loki' },
        ...(actionId === null ? {} : { request: { uid: actionId } }),
      },
      src_endpoint: { svc_name: 'loki' },
      ...(where === null || where === '' ? {} : { resources: [{ name: where, type: facts.subject }] }),
      ...controlOf(facts),
      unmapped: { who, metadata, previous_hash: previousHash, hash },
    })}\n`;
  },
};

function actorOf(who: string | null, { person }: Facts): object {
  if (person !== null) return { user: { name: person, uid: who, type_id: 1, type: 'User' } };
  return { app_name: who === null || who === '' ? 'unknown' : who };
}

/** What was decided; nothing where the entry is about no decision. */
function controlOf({ decision }: Facts): object {
  if (decision === null) return {};
  if (decision === 'ALLOW') return { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' };
  if (decision === 'DENY') return { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' };
  return { action_id: 99, action: decision, disposition_id: 99, disposition: decision };
}
