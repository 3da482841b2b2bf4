import type { Incident, Light } from '@/store/incidentWork'
import type { Tone } from '@/ui/StatusChip.vue'
import { t } from '@/ui/text'

/** The tone of a light; words and signs say the same, so that colour is not all. */
export const toneOf: Record<Light, Tone> = {
  '': 'plain',
  paused: 'plain',
  green: 'good',
  yellow: 'warn',
  red: 'bad',
  card: 'bad',
}

/** A span of time in its coarsest useful unit. */
export function spanText(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000)
  if (minutes < 90) return t('board.minutes', { n: minutes })
  if (minutes < 48 * 60) return t('board.hours', { n: Math.round(minutes / 6) / 10 })
  return t('board.days', { n: Math.round(minutes / 144) / 10 })
}

/** How long until the next limit is due, or since it was; '' when none runs. */
export function leftText({ dueAt }: Pick<Incident, 'dueAt'>, now: number): string {
  if (!dueAt) return ''
  const left = new Date(dueAt).getTime() - now
  return t(left >= 0 ? 'board.left' : 'board.over', { time: spanText(left) })
}
