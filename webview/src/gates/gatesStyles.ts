import { css } from 'lit';

export const gatesStyles = css`
  .gates-page {
    max-width: 900px;
  }
  .verdict {
    grid-template-columns: 24px minmax(0, 1fr);
    gap: 10px;
  }
  .verdict > .icon {
    width: 24px;
    height: 24px;
    stroke-width: 1.1;
  }
  .verdict h2 {
    font-size: 1.2em;
    line-height: 24px;
  }
`;
