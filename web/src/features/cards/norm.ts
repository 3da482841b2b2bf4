/** How a number of households stands against the norm. */
export function normOf(households: number, norm: { low: number; high: number }): 'ok' | 'low' | 'high' {
  if (households < norm.low) return 'low'
  return households > norm.high ? 'high' : 'ok'
}
