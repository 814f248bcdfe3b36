/** When a segment is full, and how many full ones are kept. */
export interface SegmentLimits {
  /** A segment of at least so many bytes is full. */
  readonly segmentBytes: number;
  /** How many full segments are kept, and for how many days; null: all, and for ever. */
  readonly maxFiles: number | null;
  readonly maxDays: number | null;
}

/** Nothing is deleted unless somebody says so. */
export const defaultLimits: SegmentLimits = { segmentBytes: 10 * 1024 * 1024, maxFiles: null, maxDays: null };
