export interface VisibleRange {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** Rows drawn above and below what is seen, so that quick scrolling shows no holes. */
const spare = 8;

/** Which rows of a list are to be drawn. */
export function visibleRange(scrollTop: number, height: number, rowHeight: number, total: number): VisibleRange {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  const end = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + spare);
  return { first: Math.min(first, end), end };
}

/** The scroll place at which a row is seen; the one given where it is seen already. */
export function scrollTopShowing(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}
