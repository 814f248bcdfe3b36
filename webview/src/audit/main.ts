// eslint-disable-next-line import/no-unassigned-import -- It has to run before any schema is made.
import '../shared/withoutEval.ts';
import { VscodeButton } from '@vscode-elements/elements/dist/vscode-button/index.js';
import { VscodeProgressBar } from '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { toAuditPage, type FromAuditPage, type ToAuditPage } from '#protocol/page';
import { render } from 'lit';
import { openHost } from '../host.ts';
import { openAnnouncer } from '../shared/announcer.ts';
import { openPage } from '../shared/openPage.ts';
import { pageStyles } from '../shared/pageStyles.ts';
import { keptAudit, type KeptAudit } from './auditState.ts';
import { auditStyles } from './auditStyles.ts';
import { auditView } from './auditView.ts';
import { chainStyles } from './chainStyles.ts';
import { detailStyles } from './detailStyles.ts';
import { listId } from './entryList.ts';
import { entryStyles } from './entryStyles.ts';
import { gutterStyles } from './gutterStyles.ts';
import { openAudit } from './openAudit.ts';

const root = openPage(
  [VscodeButton, VscodeProgressBar],
  [pageStyles, auditStyles, chainStyles, entryStyles, gutterStyles, detailStyles],
);
const list = (): HTMLElement | null => document.getElementById(listId);
/** Entries take two lines where there is little room; the styles change at the same width. */
const isNarrow = window.matchMedia('(max-width: 760px)');

openAudit({
  host: openHost<ToAuditPage, FromAuditPage, KeptAudit>(toAuditPage, keptAudit),
  announcer: openAnnouncer(),
  draw: (state, acts) => render(auditView(state, acts), root),
  measure: () => {
    const height = list()?.clientHeight;
    return height === undefined ? null : { height, rowHeight: isNarrow.matches ? 44 : 26 };
  },
  scrollTo: (scrollTop) => {
    const element = list();
    if (element !== null) element.scrollTop = scrollTop;
  },
  focusList: () => list()?.focus(),
});
