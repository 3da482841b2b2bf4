/** How many households a grid should have (建议户数). */
export const NORM = { low: 300, high: 500 } as const

/** How a number of households stands against the norm. */
export function normOf(households: number): 'ok' | 'low' | 'high' {
  if (households < NORM.low) return 'low'
  return households > NORM.high ? 'high' : 'ok'
}
