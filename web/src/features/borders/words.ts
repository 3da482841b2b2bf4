import type { BorderChange, BorderFlow } from '@/store/publications'
import { day, t } from '@/ui/text'

/** Homes that move one way. */
export const homesOf = (flows: readonly BorderFlow[]): number =>
  flows.reduce((sum, { households }) => sum + households, 0)

const listed = (flows: readonly BorderFlow[], way: 'inFrom' | 'outTo') =>
  flows
    .filter(({ households }) => households > 0)
    .map(({ grid, name, community, households: n }) =>
      grid
        ? t(`border.${way}`, { name: community ? `${community}${name}` : name, n })
        : t('border.inNobody', { n }),
    )
    .join(t('border.list'))

/** When a change holds, seen from a day: from tomorrow, from today, since. */
export function whenSaid(effective: string, today: string): string {
  if (effective === today) return t('border.fromToday')
  if (effective < today) return t('border.since', { day: effective })
  const tomorrow = day(new Date(Date.parse(`${today}T12:00:00+08:00`) + 86_400_000))
  return effective === tomorrow ? t('border.fromTomorrow') : t('border.fromDay', { day: effective })
}

/** A change in one sentence. */
export function changeSaid(
  { name, gained, lost, founded, closed, effective }: BorderChange,
  today: string,
): string {
  const [n, m] = [homesOf(gained), homesOf(lost)]
  const parts = [
    n ? t('border.in', { n, from: listed(gained, 'inFrom') }) : '',
    m ? t('border.out', { n: m, to: listed(lost, 'outTo') }) : '',
  ].filter(Boolean)
  return t(founded ? 'border.founded' : closed ? 'border.closed' : 'border.changes', {
    when: whenSaid(effective, today),
    name,
    what: parts.join(t('border.and')) || t('border.ground'),
  })
}
