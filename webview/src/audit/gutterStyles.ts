import { css } from 'lit';

/** How each entry is proved: each kind of line has a form of its own, so that nothing hangs on its colour. */
export const gutterStyles = css`
  .gutter {
    display: flex;
    align-self: stretch;
    gap: 4px;
    align-items: center;
  }
  .entry > .gutter {
    overflow: visible;
  }
  .gutter .icon {
    width: 14px;
    height: 14px;
  }
  .bar {
    flex: none;
    align-self: stretch;
    width: 6px;
    border-inline-start: 0 solid transparent;
  }
  .bar-anchored {
    border-inline-start: 6px solid var(--good);
  }
  .bar-signed {
    border-inline-start: 6px double var(--good);
  }
  .bar-intact {
    border-inline-start: 2px solid var(--calm);
  }
  .bar-altered,
  .bar-gap {
    border-inline-start: 6px solid var(--bad);
  }
  .bar-unproved {
    border-inline-start: 4px dotted var(--doubtful);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 16px;
    color: var(--vscode-descriptionForeground);
    font-size: 0.92em;
  }
  .legend li {
    display: flex;
    gap: 6px;
    align-items: stretch;
  }
  .cut-end {
    padding: 6px 0 6px 4px;
    border-top: 2px dashed var(--bad);
  }
`;
