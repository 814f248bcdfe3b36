import { css } from 'lit';

/** The list of entries: one line each, two where there is little room. */
export const entryStyles = css`
  .entries {
    grid-row: 3;
    position: relative;
    overflow: hidden auto;
    border-top: 1px solid var(--line);
    overflow-anchor: none;
  }
  .entries:focus-visible {
    outline-offset: -1px;
  }
  .runway {
    position: relative;
    overflow: hidden;
  }
  .entry {
    position: absolute;
    inset: 0 0 auto 0;
    display: grid;
    grid-template-columns: 26px 44px 66px minmax(60px, 130px) minmax(60px, 120px) minmax(40px, 1fr) minmax(
        90px,
        max-content
      );
    gap: 0 10px;
    align-items: center;
    padding: 0 10px 0 0;
    white-space: nowrap;
    cursor: pointer;
  }
  .line {
    display: contents;
  }
  .line > * {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .entry:hover {
    background: var(--vscode-list-hoverBackground, var(--faint));
  }
  .entry.cursor {
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
    background: var(--vscode-list-inactiveSelectionBackground, var(--faint));
  }
  .entries:focus .entry.cursor {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
    background: var(--vscode-list-activeSelectionBackground, var(--faint));
    color: var(--vscode-list-activeSelectionForeground, inherit);
  }
  .seq,
  .time,
  .who {
    color: var(--vscode-descriptionForeground);
    font-variant-numeric: tabular-nums;
  }
  .seq {
    text-align: end;
  }
  .entry.cursor .icon,
  .entry.cursor .seq,
  .entry.cursor .time,
  .entry.cursor .who,
  .entry:hover .seq,
  .entry:hover .time,
  .entry:hover .who {
    color: inherit;
  }
  @media (min-width: 761px) {
    /* Beside the details, which say where it was, the break itself has the room. */
    .with-details .standing-altered .where,
    .with-details .standing-gap .where {
      display: none;
    }
    .with-details .standing-altered .outcome,
    .with-details .standing-gap .outcome {
      grid-column: 6 / -1;
    }
  }
  @media (max-width: 760px) {
    .entry {
      grid-template-columns: 22px minmax(0, 1fr);
      align-content: center;
      padding-inline: 0 8px;
      gap: 0 6px;
      line-height: 19px;
    }
    .entry > .gutter {
      grid-row: 1 / span 2;
    }
    .entry > .line {
      grid-column: 2;
    }
    .line {
      display: flex;
      gap: 8px;
    }
    .line.by {
      order: 2;
    }
    .what,
    .seq,
    .time {
      flex: none;
    }
    .where,
    .who {
      flex: 1 1 0;
    }
    .outcome {
      flex: none;
    }
    .seq {
      min-width: 32px;
      text-align: start;
    }
  }
`;
