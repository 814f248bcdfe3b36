import { css } from 'lit';

/** How gates and findings look, on the pages that show them. */
export const gateStyles = css`
  .gates {
    display: grid;
    gap: 8px;
  }
  .gate {
    gap: 4px;
  }
  .findings {
    display: grid;
    gap: 10px;
    margin-top: 4px;
  }
  .finding {
    display: grid;
    grid-template-columns: 16px minmax(0, 1fr) auto;
    gap: 4px 8px;
    align-items: start;
  }
  .finding .icon {
    margin-top: 1px;
  }
  .finding-body {
    display: grid;
    gap: 2px;
    overflow-wrap: anywhere;
  }
  @media (max-width: 480px) {
    .finding {
      grid-template-columns: 16px minmax(0, 1fr);
    }
    .finding vscode-button {
      grid-column: 2;
      justify-self: start;
    }
  }
`;
