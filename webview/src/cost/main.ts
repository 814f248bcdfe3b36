// eslint-disable-next-line import/no-unassigned-import -- It has to run before any schema is made.
import '../shared/withoutEval.ts';
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { costGrouping, type CostGrouping, type CostState } from '#protocol/cost';
import { toCostPage, type FromCostPage, type ToCostPage } from '#protocol/page';
import { render } from 'lit';
import * as z from 'zod/mini';
import { openHost } from '../host.ts';
import { openPage } from '../shared/openPage.ts';
import { pageStyles } from '../shared/pageStyles.ts';
import { costStyles } from './costStyles.ts';
import { costView, type CostActs } from './costView.ts';

const keptCost = z.strictObject({ workspace: z.string(), by: costGrouping, scrollTop: z.number() });

const host = openHost<ToCostPage, FromCostPage, z.infer<typeof keptCost>>(toCostPage, keptCost);
const root = openPage([VscodeButton], [pageStyles, costStyles]);

let state: CostState | null = null;
let workspace: string | null = null;
let by: CostGrouping = host.kept?.by ?? 'task';
let isFirst = true;

const keep = (): void => {
  if (workspace !== null) host.keep({ workspace, by, scrollTop: document.documentElement.scrollTop });
};
const acts: CostActs = {
  raise: (window) => host.post({ type: 'raise', window }),
  choose: (chosen) => {
    by = chosen;
    draw();
    keep();
  },
};
function draw(): void {
  render(costView(state, by, acts), root);
}
host.listen((message) => {
  ({ state, workspace } = message);
  draw();
  if (isFirst) document.documentElement.scrollTop = host.kept?.scrollTop ?? 0;
  isFirst = false;
  keep();
});
document.addEventListener('scrollend', keep, { passive: true });
draw();
host.post({ type: 'ready' });
