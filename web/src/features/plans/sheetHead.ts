import type { GridSheet } from '@/store/gridPast'
import type { Plan, PlanGrid } from '@/store/plans'
import { t } from '@/ui/text'

/** The figures of a form, in its order. */
export const FIGURES = ['households', 'persons', 'members', 'hardship', 'buildings'] as const

type Counts = Record<(typeof FIGURES)[number], number>

/** What stands at the head of a printed form and map, of a plan's grid or of an official one. */
export interface SheetHead {
  grid: number
  name: string
  code: string
  community: string
  branchName: string
  /** Square metres. */
  area: number
  /** The share of the movable border that follows roads and rivers. */
  roadShare: number
  plan: string
  /** From which day on. */
  effective: string
  counts: readonly { label: string; of: Counts }[]
  author: string
  approver: string
  /** Where the map comes from, in words. */
  source: string
}

/** The head of a grid of a plan, beside today's figures. */
export function headOfPlan(plan: Plan, grid: PlanGrid): SheetHead {
  const { name, code, area, roadShare, branchName } = grid
  return {
    grid: grid.grid,
    name,
    code,
    area,
    roadShare,
    branchName,
    community: plan.communities.find(({ id }) => id === grid.community)?.name ?? '',
    plan: plan.name,
    effective: plan.effective,
    counts: [
      { label: t('sheet.now'), of: grid },
      { label: t('sheet.was'), of: grid.now },
    ],
    author: plan.authorName,
    approver: '',
    source: plan.name,
  }
}

const ROADS = ['minor', 'secondary', 'main', 'river', 'rail']

/** The head of an official grid on a day. */
export function headOfGrid(sheet: GridSheet): SheetHead {
  const free = sheet.sides.filter(({ class: of }) => of !== 'limit')
  const sum = (sides: typeof free) => sides.reduce((metres, { length }) => metres + length, 0)
  const { grid, name, code, area, branchName, author, approver } = sheet
  return {
    grid,
    name,
    code,
    area,
    branchName,
    author,
    approver,
    roadShare: free.length ? sum(free.filter(({ class: of }) => ROADS.includes(of))) / sum(free) : 1,
    community: sheet.communityName,
    plan: sheet.planName || t('sheet.noPlan'),
    effective: sheet.since,
    counts: [{ label: t('sheet.onDay', { day: sheet.on }), of: sheet.counts }],
    source: t('sheet.official', { day: sheet.on }),
  }
}
