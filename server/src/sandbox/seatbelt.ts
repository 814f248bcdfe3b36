/**
 * Why commands are not confined on a Mac. Its own sandbox was not tried by anyone who builds Loki, and a confinement
 * that nobody has seen hold is not claimed.
 */
export const seatbeltMissing =
  'confinement on macOS is not built yet, because it could not be tried; run Loki on Linux to confine commands';
