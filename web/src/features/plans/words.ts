import type { Refusal } from './gesture'
import type { Plan, PlanGrid, PlanLogEntry } from '@/store/plans'
import { clock, hasText, t } from '@/ui/text'
import type { Tone } from '@/ui/StatusChip.vue'
import type { PlanGround } from './ground'

/** A state of a plan in words. */
export const stateWord = (state: Plan['state']): string => t(`plans.state.${state}`)

/** How a state looks as a chip. */
export const stateTone: Record<Plan['state'], Tone> = {
  draft: 'plain',
  submitted: 'warn',
  approved: 'info',
  scheduled: 'info',
  published: 'good',
  withdrawn: 'plain',
}

/** The name of a gesture. */
export const gestureWord = (kind: string): string => {
  const key = `plans.op.${kind}`
  return hasText(key) ? t(key) : kind
}

/** Who changed what since: “李四 12:04 划入 3 个地块 → 第2网格；…”, at most three. */
export function changesSince(since: readonly PlanLogEntry[], grids: readonly PlanGrid[]): string {
  const name = (label: number) => grids.find(({ grid }) => grid === label)?.name ?? t('plans.nobody')
  return since
    .slice(-3)
    .map(({ actorName, at, kind, delta }) =>
      t(delta.cuts?.length ? 'cells.changed' : 'plans.changed', {
        who: actorName,
        time: clock(at),
        what: gestureWord(kind),
        n: delta.cells.length,
        to: delta.now.length ? name(delta.now[0]!) : '–',
      }),
    )
    .join(t('plans.and'))
}

/** Where a comment stands: in a grid, or on the border of two. */
export function placeWord(
  { cell, across }: { cell: number | null; across: number | null },
  ground: PlanGround | null,
): string {
  const name = (id: number) => {
    const place = ground?.placeOf(id) ?? -1
    if (place < 0) return t('together.outside')
    return ground!.card(ground!.label(place))?.name ?? t('plans.nobody')
  }
  const [a, b] = [name(cell ?? 0), name(across ?? 0)]
  return across && a !== b ? t('together.onBorder', { a, b }) : t('together.inGrid', { name: a })
}

/** Why a gesture is not made at a grid. */
export const refusalWord = ({ reason }: Refusal, name: string): string =>
  t(reason === 'locked' ? 'plans.lockedRefused' : 'plans.communityRefused', { name })
