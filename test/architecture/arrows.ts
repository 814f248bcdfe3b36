import { isIn } from './reach.ts';

// The layer table: which folder may import which. A new arrow is a line changed here, in the same commit as the import,
// with the reason. No line allows what would lead back to its own room, so the folders have an order as well.

export interface Room {
  readonly name: string;
  /** The folder, with a slash at the end, or the files. */
  readonly at: readonly string[];
  /** Rooms, or single files of a room, from `server/src`. */
  readonly mayImport: readonly string[];
  /** What the maintainer reads who has broken it. */
  readonly why: string;
  /** In the design and not built yet. */
  readonly isLater: boolean;
}

const onlyPermit = 'who has effects sees of policy only the permit: what it may do was decided before';
const engine = 'protocol base policy scan audit cost gates models agents config sandbox workspace gateway';
const belowEdges = `${engine} rehearsal runs keychain identity forward`;

// One line a room; prettier would make six of each.
// prettier-ignore
export const rooms: readonly Room[] = [
  room('protocol',  'server/protocol/', '', 'client, webview and server all import the contract; what it imported would come along into all three'),
  room('base',      'server/src/base/', 'protocol', 'everything stands on base, so base stands on nothing but the words of the contract'),
  room('policy',    'server/src/policy/', 'protocol base', 'policy decides from what it is given; a room it knew could change its answer'),
  room('scan',      'server/src/scan/', 'protocol base', 'the scan is asked from every side and must not know who asks'),
  room('storage',   'server/src/storage/', 'protocol base', 'storage keeps what it is given and does not know what it means'),
  room('cost',      'server/src/cost/', 'protocol base storage', 'money is counted from numbers alone, whoever spends it'),
  room('audit',     'server/src/audit/', 'protocol base storage', 'the record must be provable without the rooms that it testifies about'),
  room('sandbox',   'server/src/sandbox/', 'protocol base policy/permit.ts', onlyPermit),
  room('tools',     'server/src/tools/', 'protocol base sandbox policy/permit.ts', onlyPermit),
  room('models',    'server/src/models/', 'protocol base cost/rates.ts policy/permit.ts', onlyPermit),
  room('workspace', 'server/src/workspace/', 'protocol base', 'host acts know git and the disk; why they happen is known above'),
  room('gates',     'server/src/gates/', 'protocol base scan sandbox workspace', 'a gate judges the result, not the agent: it knows neither policy nor models'),
  room('agents',    'server/src/agents/', 'protocol base models/settings.ts', 'a roster is data about roles, not the work they do'),
  room('config',    'server/src/config/', 'protocol base policy cost models/settings.ts models/ownHosts.ts models/sharedKeys.ts models/withheldKeys.ts gates/settings.ts audit/anchor/settings.ts tools/services/settings.ts', 'configuration turns files into the settings of rooms and opens none of them'),
  room('gateway',   'server/src/gateway/', 'protocol base policy scan audit cost models sandbox tools', 'the one path joins the rooms of an action; runs and edges call it, it never calls them'),
  room('rehearsal', 'server/src/rehearsal/', 'protocol base policy cost config gateway', 'hostile agents are data; what decides about them is what decides about all others, and nothing of them can be done from here'),
  room('runs',      'server/src/runs/', `${engine} storage tools`, 'a run goes on without knowing whether an editor, a terminal or HTTP started it'),
  room('keychain',  'server/src/keychain/', 'protocol base models/key.ts', 'keys are handed out there and never used; which variable may hold one is said once, with the models'),
  later('identity', 'server/src/identity/', 'protocol base storage', 'who acts is found out without knowing what is done'),
  later('forward',  'server/src/forward/', 'protocol base audit', 'forwarding reads the record and changes nothing'),
  room('cli',       'server/src/cli/', belowEdges, 'an edge converts for the terminal: databases and tools lie below it, other edges are none of its business'),
  room('lsp',       'server/src/lsp/', belowEdges, 'an edge converts for the editor: databases and tools lie below it, other edges are none of its business'),
  later('api',      'server/src/api/', belowEdges, 'an edge converts for HTTP: databases and tools lie below it, other edges are none of its business'),
  // `server/loki.js` is cli.ts, as the launcher finds it beside itself in dist/.
  room('root',      'server/src/cli.ts server/src/main.ts server/src/auditLibrary.ts server/src/policyLibrary.ts server/src/policyWorker.ts server/src/verifyAudit.ts server/loki.js', `${belowEdges} storage tools cli lsp api`, 'only composition roots construct, so nobody imports one'),
  room('launcher',  'server/launcher.cjs', 'root', 'the launcher runs under any Node, so it loads nothing but the finished engine, and that only under a new one'),
  later('client',   'client/src/', 'protocol', 'the client shows and asks; with code of the server it could decide (invariant 8)'),
  later('webview',  'webview/src/', 'protocol', 'a page is untrusted; with code of the server it could decide (invariant 8)'),
];

/** The room a file belongs to, or null. */
export function roomOf(file: string): Room | null {
  return rooms.find(({ at }) => isIn(file, at)) ?? null;
}

function room(name: string, at: string, mayImport: string, why: string): Room {
  return { name, at: words(at), mayImport: words(mayImport), why, isLater: false };
}

function later(name: string, at: string, mayImport: string, why: string): Room {
  return { ...room(name, at, mayImport, why), isLater: true };
}

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}
