import type { Metres } from '@/features/plans/ground'

/** What the hand does on the map, in the order of the rail. */
export const TOOLS = [
  'pan',
  'brush',
  'border',
  'lasso',
  'split',
  'cut',
  'merge',
  'transfer',
  'erase',
  'fill',
  'lock',
  'comment',
] as const

/** One tool. */
export type PlanTool = (typeof TOOLS)[number]

/** The key of each tool. */
export const KEYS: Record<PlanTool, string> = {
  pan: 'H',
  brush: 'B',
  border: 'V',
  lasso: 'L',
  split: 'S',
  cut: 'X',
  merge: 'M',
  transfer: 'T',
  erase: 'E',
  fill: 'F',
  lock: 'K',
  comment: 'N',
}

/** Tools that draw while the hand is down; with the others a press points at something. */
export const STROKES: readonly PlanTool[] = ['brush', 'border', 'lasso', 'erase']

/** Tools of a plan that nobody may change any more. */
export const LOOKING: readonly PlanTool[] = ['pan', 'comment']

/** Reach of the brush in pixels; 0 takes the one cell under the pointer. */
export const SIZES = [0, 14, 32, 64] as const

/** Pixels to a border that the pointer finds. */
export const SNAP = 16

/** Tools that draw a line corner by corner and carry it out when asked to. */
export const LINES: readonly PlanTool[] = ['split', 'cut']

/** Pixels to a corner of a border that takes the corner of a cut. */
export const CORNER = 9

/** Pixels of a hand that only trembles. */
export const SLACK = 5

/** A place under the pointer: in metres, in degrees, and how many metres a pixel is there. */
export interface Spot {
  at: Metres
  lngLat: [number, number]
  pixel: number
}
