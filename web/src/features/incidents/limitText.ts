import type { Wire } from '@/api/client'
import { term } from '@/ui/term'

/** How long something may take. */
export type Limit = Wire['Limit']

const UNITS: readonly Limit['unit'][] = ['work_hour', 'work_day', 'minute', 'hour', 'day']

/** Limits as people write them: one a line, name, amount, unit. */
export function limitLines(limits: readonly Limit[]): string {
  return limits.map(({ name, amount, unit }) => `${name} ${amount} ${term('limitUnit', unit)}`).join('\n')
}

/** The limits of such lines; the number of the first line that makes no sense, when there is one. */
export function parseLimits(text: string): { limits: Limit[]; wrong: number | null } {
  const limits: Limit[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (!line.trim()) continue
    const [, name, amount, word] = /^\s*(\S+)\s+(\d+)\s*(\S.*?)\s*$/.exec(line) ?? []
    const unit = UNITS.find((one) => term('limitUnit', one) === word)
    if (!name || !unit || Number(amount) < 1) return { limits: [], wrong: i + 1 }
    limits.push({ name, amount: Number(amount), unit })
  }
  return { limits, wrong: null }
}
