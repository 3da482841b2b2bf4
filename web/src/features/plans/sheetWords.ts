import type { PlanSheet } from '@/store/plans'
import { number, t, type TextKey } from '@/ui/text'

/** The four quarters in the order in which a register names them. */
export const SIDES = ['east', 'south', 'west', 'north'] as const

const SHORTEST = 8 // metres: shorter pieces of a border name nothing

/** Where the border runs towards one quarter: 建设路（120 米，邻第3网格）、…; longest first. */
export function sideSaid(
  sheet: Pick<PlanSheet, 'sides'>,
  side: (typeof SIDES)[number],
  nameOf: (grid: number) => string,
): string {
  const all = sheet.sides.filter((one) => one.side === side)
  const worth = all.filter(({ length }) => length >= SHORTEST)
  return (worth.length ? worth : all)
    .map(({ name, class: of, other, length }) =>
      t(other ? 'sheet.piece' : 'sheet.pieceOuter', {
        name: name || t(`sheet.unnamed.${of}` as TextKey),
        n: number(length, 0),
        other: nameOf(other),
      }),
    )
    .join(t('border.list'))
}
