const FIRST = 1_000
const LONGEST = 60_000

/** Milliseconds to wait after so many failures in a row: doubling up to a minute, half of it by chance, so that a street of tablets does not come back at once. */
export function pauseAfter(failures: number, chance: number = Math.random()): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 10)) * (0.5 + chance / 2)
}
