import type { zhMicro } from './zhMicro'

/** Texts of micro-grids in English. */
export const enMicro: Record<keyof typeof zhMicro, string> = {
  'noun.micro': 'Micro-grid',
  'micro.new': 'Make a new micro-grid',
  'micro.of': 'Micro-grids ({n})',
  'micro.none': 'This grid has no micro-grids',
  'micro.steward': 'Stewards',
  'micro.noSteward': 'No steward',
}
