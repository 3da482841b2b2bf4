import type { zhPlanKinds } from './zhPlanKinds'

/** The kinds of plans in English. */
export const enPlanKinds: Record<keyof typeof zhPlanKinds, string> = {
  'planKind.label': 'What is redrawn',
  'planKind.grid': 'Grids',
  'planKind.community': 'Community borders',
  'planKind.micro': 'Micro-grids',
}
