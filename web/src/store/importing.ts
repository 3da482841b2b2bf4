import type { Wire } from '@/api/client'

/** What became of one file: counts, and findings by row and field. */
export type ImportReport = Wire['ImportReport']

/** One thing noticed in a file. */
export type Finding = Wire['Finding']

/** The kinds of files people bring, in the order in which a folder goes in. Their titles are texts `sheet.NAME`. */
export const SHEETS = [
  'areas',
  'roads',
  'grounds',
  'courtyards',
  'buildings',
  'grids',
  'households',
  'branches',
  'institutions',
  'members',
  'hubs',
  'teams',
  'points',
  'lanes',
  'grid_roles',
  'stewards',
  'pledges',
  'pairings',
  'honours',
] as const

/** Findings as a table for Excel: CSV with a byte order mark. `heads` are the five titles. */
export function findingsCsv(
  findings: readonly Finding[],
  heads: readonly string[],
  level: (of: string) => string,
): string {
  // A cell that begins like a formula would be run by a spreadsheet.
  const cell = (value: string | number) => {
    const text = /^[=+\-@\t]/.test(String(value)) ? `'${value}` : String(value)
    return `"${text.replaceAll('"', '""')}"`
  }
  const rows = findings.map((f) => [f.line, f.feature, f.field, level(f.level), f.message, f.done])
  return '\uFEFF' + [heads, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}
