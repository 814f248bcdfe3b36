// eslint-disable-next-line import/no-unassigned-import -- It has to run before any schema is made.
import '../shared/withoutEval.ts';
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { toGatesPage, type FromGatesPage, type ToGatesPage } from '#protocol/page';
import { render } from 'lit';
import * as z from 'zod/mini';
import { openHost } from '../host.ts';
import { openAnnouncer } from '../shared/announcer.ts';
import type { FindingActs } from '../shared/findingList.ts';
import { gateStyles } from '../shared/gateStyles.ts';
import { openPage } from '../shared/openPage.ts';
import { pageStyles } from '../shared/pageStyles.ts';
import { gatesStyles } from './gatesStyles.ts';
import { gatesView } from './gatesView.ts';

const keptGates = z.strictObject({ workspace: z.string(), scrollTop: z.number() });

const host = openHost<ToGatesPage, FromGatesPage, z.infer<typeof keptGates>>(toGatesPage, keptGates);
const root = openPage([VscodeButton], [pageStyles, gateStyles, gatesStyles]);
const announcer = openAnnouncer();
const acts: FindingActs = {
  open: (path, line) => host.post({ type: 'open', path, line }),
  fix: (findingId) => host.post({ type: 'fix', findingId }),
};

let isFirst = true;
let verdict: string | null = null;
let workspace: string | null = null;
const keep = (): void => {
  if (workspace !== null) host.keep({ workspace, scrollTop: document.documentElement.scrollTop });
};
host.listen(({ state, ...message }) => {
  ({ workspace } = message);
  render(gatesView(state, acts), root);
  if (isFirst) document.documentElement.scrollTop = host.kept?.scrollTop ?? 0;
  else if (state.verdict !== null && state.verdict !== verdict) announcer.politely(`The verdict is ${state.verdict}`);
  isFirst = false;
  verdict = state.verdict;
  keep();
});
document.addEventListener('scrollend', keep, { passive: true });
render(gatesView(null, acts), root);
host.post({ type: 'ready' });
