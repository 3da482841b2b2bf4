import type { Grid } from '@/store/grids'
import { gridNorm } from '@/store/norms'

/** What is asked of every grid. */
export type Rule = 'size' | 'branch' | 'parts'

/** One grid that breaks a rule. */
export interface Breach {
  grid: Grid
  rule: Rule
  kind: 'few' | 'many' | 'branch' | 'parts'
}

/** The rules in the order of the list. */
export const rules: readonly Rule[] = ['size', 'branch', 'parts']

/** What a grid breaks; a special grid (mall, school, park) and a micro-grid need no number of households. */
export function breaches(
  grid: Grid,
  { low, high }: { low: number; high: number } = gridNorm.value,
): Breach[] {
  const found: Breach[] = []
  if (grid.kind === 'basic' && grid.households < low) found.push({ grid, rule: 'size', kind: 'few' })
  if (grid.kind === 'basic' && grid.households > high) found.push({ grid, rule: 'size', kind: 'many' })
  if (grid.branch === null && grid.kind !== 'micro') found.push({ grid, rule: 'branch', kind: 'branch' })
  if (grid.parts > 1) found.push({ grid, rule: 'parts', kind: 'parts' })
  return found
}

/** The middle value; 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  if (sorted.length === 0) return 0
  return sorted.length % 2 ? sorted[Math.floor(half)]! : (sorted[half - 1]! + sorted[half]!) / 2
}
