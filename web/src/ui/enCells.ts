import type { zhCells } from './zhCells'

/** Texts of cutting cells, in English. */
export const enCells: Record<keyof typeof zhCells, string> = {
  'plans.tool.cut': 'Cut',
  'plans.hint.cut':
    'draw a line through a park, a school or an empty lot, from side to side; both pieces stay in their grid',
  'plans.op.cut': 'cut a cell',
  'plans.op.heal': 'joined a cut',
  'cells.first': 'A',
  'cells.second': 'B',
  'cells.area': '{n} m²',
  'cells.buildings': '{n} buildings',
  'cells.working': 'Measuring…',
  'cells.do': 'Cut',
  'cells.done': 'Cut. Both pieces are still in their grid and can go to different ones',
  'cells.plans': '{n} unpublished plans of this community follow and keep their changes',
  'cells.cuts': 'Cuts ({n})',
  'cells.none': 'No cuts yet',
  'cells.made': '{who} {time} · {community}',
  'cells.heal': 'Join',
  'cells.healed': 'Joined: one cell again',
  'cells.replaced': 'cut again since, or replaced by a new base',
  'cells.look': 'Show on the map',
  'cells.changed': '{who} {time} {what}',
  'cells.effect':
    'A cut takes effect at once, changes the extent of no grid, and stays when the base is built again.',
}
