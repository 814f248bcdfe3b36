import type { AuditEntry, AuditFilter } from '#protocol/audit';
import { brokenEntry, firstFault } from '#protocol/auditWords';
import type { FromAuditPage, ToAuditPage } from '#protocol/page';
import type { Host } from '../host.ts';
import type { Announcer } from '../shared/announcer.ts';
import { noFilter, type AuditActs, type AuditPageState, type KeptAudit } from './auditState.ts';
import { chainWords, spokenChain } from './chainWords.ts';
import { isCutAtEnd } from './endsTooEarly.ts';
import { openRequests } from './openRequests.ts';
import { everyRow, searchFor, type Span } from './searchFor.ts';
import { scrollTopShowing, visibleRange } from './visibleRange.ts';
import { emptyCache, entryAt, missingOffsets, withWindow } from './windowCache.ts';

interface AuditDeps {
  readonly host: Host<ToAuditPage, FromAuditPage, KeptAudit>;
  readonly announcer: Announcer;
  readonly draw: (state: AuditPageState, acts: AuditActs) => void;
  /** What the list measures on the screen now; null before it is drawn. */
  readonly measure: () => { readonly height: number; readonly rowHeight: number } | null;
  readonly scrollTo: (scrollTop: number) => void;
  readonly focusList: () => void;
}

/** An entry to go to. Where it is not in the list, one of its neighbours shows that. */
interface Wanted {
  readonly seq: number;
  readonly scrollTop: number | null;
  readonly span: Span;
  readonly ifAbsent: 'older' | 'newer';
}

/** How long typing pauses before the list is asked for anew. */
const typingPauseMs = 200;

/** The life of the audit page: it asks for the windows that are seen, and keeps what the person set. */
export function openAudit({ host, announcer, draw, measure, scrollTo, focusList }: AuditDeps): void {
  const { kept } = host;
  let state: AuditPageState = {
    chain: null,
    isVerifying: false,
    filter: kept?.filter ?? noFilter,
    cache: emptyCache,
    cursor: null,
    selected: null,
    scrollTop: 0,
    listHeight: 0,
    rowHeight: 26,
  };
  const requests = openRequests(host.post);
  /** Where to go once the entries there are known. */
  let wanted: Wanted | null =
    kept === null || kept.selectedSeq === null
      ? null
      : { seq: kept.selectedSeq, scrollTop: kept.scrollTop, span: everyRow, ifAbsent: 'older' };
  /** Where the list stood when no entry was open. */
  let wantedScrollTop: number | null = kept !== null && kept.selectedSeq === null ? kept.scrollTop : null;
  let workspace: string | null = null;
  let typing: ReturnType<typeof setTimeout> | undefined;
  let isDrawDue = false;

  const change = (part: Partial<AuditPageState>): void => {
    state = { ...state, ...part };
    if (isDrawDue) return;
    isDrawDue = true;
    requestAnimationFrame(() => {
      isDrawDue = false;
      drawNow();
    });
  };
  const drawNow = (): void => {
    draw(state, acts);
    const size = measure();
    if (size !== null && (size.height !== state.listHeight || size.rowHeight !== state.rowHeight)) {
      change({ listHeight: size.height, rowHeight: size.rowHeight });
      // Details that open take room from the list: the entry that they are about stays in sight. After the next drawing:
      // with higher rows the list is longer, and it cannot be scrolled to where it does not reach yet.
      requestAnimationFrame(() => {
        if (state.cursor !== null && wanted === null) select(state.cursor, null);
      });
    }
    askForMissing();
  };
  const keep = (): void => {
    if (workspace === null) return;
    const { filter, selected } = state;
    // What is not back in its place yet counts as if it were.
    const scrollTop = wantedScrollTop ?? wanted?.scrollTop ?? state.scrollTop;
    host.keep({ workspace, filter, scrollTop, selectedSeq: selected?.seq ?? wanted?.seq ?? null });
  };
  const askForMissing = (): void => {
    const { chain, cache, scrollTop, listHeight, rowHeight, filter } = state;
    if (chain === null || chain.isAbsent) return;
    const { first, end } = visibleRange(scrollTop, listHeight, rowHeight, cache.total ?? 1);
    for (const offset of missingOffsets(cache, first, end)) requests.ask(filter, offset);
  };
  const startOver = (filter: AuditFilter): void => {
    requests.forget();
    wantedScrollTop = null;
    scrollTo(0);
    change({ filter, cache: emptyCache, cursor: null, scrollTop: 0 });
    keep();
  };
  const select = (row: number, entry: AuditEntry | null): void => {
    const scrollTop = scrollTopShowing(row, state.scrollTop, state.listHeight, state.rowHeight);
    if (scrollTop !== state.scrollTop) scrollTo(scrollTop);
    change({ cursor: row, scrollTop, selected: entry ?? state.selected });
    keep();
  };

  const acts: AuditActs = {
    verify: () => host.post({ type: 'verify' }),
    showThreatModel: () => host.post({ type: 'showThreatModel' }),
    showBreak: () => {
      const verification = state.chain?.verification ?? null;
      if (verification === null || verification.brokenAt === null) return;
      const isFiltered = Object.values(state.filter).some((value) => value !== null);
      if (isCutAtEnd(verification)) {
        if (isFiltered) startOver(noFilter);
        scrollTo(0);
        focusList();
        return;
      }
      const ifAbsent = firstFault(verification) === 'missing' ? 'newer' : 'older';
      wanted = { seq: brokenEntry(verification) ?? 0, scrollTop: null, span: everyRow, ifAbsent };
      if (isFiltered) startOver(noFilter);
      else goToWanted();
    },
    filter: (filter) => {
      clearTimeout(typing);
      // The fields show at once what was typed; the list follows when the typing pauses.
      change({ filter });
      typing = setTimeout(() => startOver(filter), typingPauseMs);
    },
    narrow: (part) => acts.filter({ ...state.filter, ...part }),
    scroll: (scrollTop) => {
      change({ scrollTop });
      keep();
    },
    moveTo: (row) => {
      select(row, entryAt(state.cache, row));
      if (entryAt(state.cache, row) === null) wantedRow = row;
    },
    moveBy: (to) => acts.moveTo(to(state.cursor ?? -1)),
    close: () => {
      change({ selected: null });
      keep();
      focusList();
    },
    say: announcer.politely,
  };
  /** A row that was moved to before its entry had come. */
  let wantedRow: number | null = null;

  const goToWanted = (): void => {
    const { cache, listHeight, rowHeight } = state;
    if (wantedRow !== null) {
      const entry = entryAt(cache, wantedRow);
      if (entry !== null) {
        change({ selected: entry });
        wantedRow = null;
      }
    }
    if (wantedScrollTop !== null && cache.total !== null) {
      const scrollTop = wantedScrollTop;
      wantedScrollTop = null;
      scrollTo(scrollTop);
      change({ scrollTop });
    }
    if (wanted === null || cache.total === null) return;
    const searched = searchFor(cache, wanted.seq, wanted.span);
    if (searched.kind === 'unknown') {
      wanted = { ...wanted, span: searched.span };
      const scrollTop = Math.max(0, searched.row * rowHeight - listHeight / 2);
      scrollTo(scrollTop);
      change({ scrollTop });
      return;
    }
    const { scrollTop, ifAbsent } = wanted;
    const row = searched.kind === 'absent' && ifAbsent === 'newer' ? Math.max(0, searched.row - 1) : searched.row;
    wanted = null;
    if (scrollTop !== null) {
      scrollTo(scrollTop);
      change({ scrollTop });
    }
    // The entry may be one that cannot be read: then the list at least shows its neighbours.
    if (cache.total > 0) select(row, entryAt(cache, row));
  };

  host.listen((message) => {
    switch (message.type) {
      case 'state': {
        const wasVerifying = state.isVerifying;
        ({ workspace } = message);
        change({ chain: message.state, isVerifying: message.isVerifying });
        keep();
        if (wasVerifying && !message.isVerifying) {
          announcer.politely(spokenChain(chainWords(message.state, false)));
          // What was verified is what is shown: a log that somebody changed has not grown.
          requests.forget();
          askAgain();
        }
        return;
      }
      case 'window': {
        if (!requests.take(message.request)) return;
        const before = state.cache.total;
        const cache = withWindow(state.cache, message.offset, message.window);
        // Every row has moved; what is known of where an entry is holds no more.
        if (wanted !== null && cache.total !== before) wanted = { ...wanted, span: everyRow };
        // Who reads further down keeps the place although new entries come above.
        const grown = before === null || state.scrollTop === 0 ? 0 : Math.max(0, (cache.total ?? 0) - before);
        const scrollTop = state.scrollTop + grown * state.rowHeight;
        change({ cache, scrollTop, cursor: state.cursor === null ? null : state.cursor + grown });
        // After the drawing: before it the list is not long enough to be scrolled.
        requestAnimationFrame(() => {
          if (grown > 0) scrollTo(scrollTop);
          goToWanted();
        });
        return;
      }
      case 'grown':
        requests.forget();
        askAgain();
        return;
      default:
        message satisfies never;
    }
  });

  /** The windows that are seen, once more: the old ones stay on the screen until the new ones have come. */
  const askAgain = (): void => {
    const { scrollTop, listHeight, rowHeight, cache, filter } = state;
    const { first, end } = visibleRange(scrollTop, listHeight, rowHeight, cache.total ?? 1);
    for (const offset of missingOffsets({ ...cache, windows: new Map() }, first, end)) requests.ask(filter, offset);
  };

  addEventListener('resize', () => change({}));
  drawNow();
  host.post({ type: 'ready' });
}
