import { css } from 'lit';

/** One entry with all its members. */
export const detailStyles = css`
  .details-pane {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    align-content: start;
    gap: 10px;
    min-height: 0;
    overflow: auto;
    padding: 0 2px 20px 16px;
    border-inline-start: 1px solid var(--line);
  }
  .copy {
    display: inline-grid;
    place-items: center;
    width: 24px;
    height: 24px;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: none;
    color: inherit;
    cursor: pointer;
  }
  .copy:hover {
    background: var(--vscode-toolbar-hoverBackground, var(--faint));
  }
  .hash {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 6px;
    align-items: start;
    overflow-wrap: anywhere;
  }
  .clash {
    display: grid;
    gap: 2px;
    padding: 8px 10px;
    border: 1px solid var(--line);
    border-inline-start: 3px solid var(--bad);
    border-radius: 4px;
  }
  .clash dt {
    color: var(--vscode-descriptionForeground);
  }
  .clash dd + dt {
    margin-top: 4px;
  }
  .tree {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 3px;
  }
  .leaf {
    display: grid;
    grid-template-columns: minmax(100px, 150px) minmax(0, 1fr);
    gap: 12px;
  }
  .tree dt {
    color: var(--vscode-descriptionForeground);
    overflow-wrap: anywhere;
  }
  .tree dd {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .branch > dd {
    margin: 2px 0 4px 3px;
    padding-inline-start: 12px;
    border-inline-start: 1px solid color-mix(in srgb, var(--vscode-foreground) 25%, transparent);
  }
  .tree-list {
    display: grid;
    gap: 8px;
  }
  @media (max-width: 760px) {
    .details-pane {
      padding: 10px 2px 20px 0;
      border-inline-start: 0;
      border-top: 1px solid var(--line);
    }
  }
  @media (max-width: 480px) {
    .leaf {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
    .leaf > dd {
      padding-inline-start: 12px;
    }
  }
`;
