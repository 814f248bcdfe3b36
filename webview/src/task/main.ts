// eslint-disable-next-line import/no-unassigned-import -- It has to run before any schema is made.
import '../shared/withoutEval.ts';
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { toTaskPage, type FromTaskPage, type ToTaskPage } from '#protocol/page';
import { render } from 'lit';
import { openHost } from '../host.ts';
import { openAnnouncer } from '../shared/announcer.ts';
import { gateStyles } from '../shared/gateStyles.ts';
import { loadingView } from '../shared/loadingView.ts';
import { openPage } from '../shared/openPage.ts';
import { pageStyles } from '../shared/pageStyles.ts';
import { mendRovingFocus, serveRovingFocus } from '../shared/rovingFocus.ts';
import { approvalStyles } from './approvalStyles.ts';
import { drawInPlace } from './followEnd.ts';
import { openTask } from './openTask.ts';
import { progressStyles } from './progressStyles.ts';
import { keptTask, type KeptTask } from './taskState.ts';
import { taskStyles } from './taskStyles.ts';
import { taskView } from './taskView.ts';

const host = openHost<ToTaskPage, FromTaskPage, KeptTask>(toTaskPage, keptTask);
const root = openPage([VscodeButton], [pageStyles, gateStyles, taskStyles, approvalStyles, progressStyles]);

serveRovingFocus(root);
render(loadingView('the task'), root);
openTask({
  host,
  announcer: openAnnouncer(),
  draw: (state, acts) => {
    drawInPlace(() => render(taskView(state, acts), root));
    mendRovingFocus(root);
  },
});
