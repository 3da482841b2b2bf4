import type { ExpressionSpecification } from 'maplibre-gl'

/** Colours of the map. CSS variables do not reach WebGL, so they stand here once more. */
export interface Palette {
  name: Theme
  ground: string
  water: string
  park: string
  road: string
  roadCasing: string
  building: string
  buildingLine: string
  /** Six fills for neighbouring grids, told apart by all kinds of colour vision. */
  grids: readonly [string, string, string, string, string, string]
  gridLine: string
  communityLine: string
  ink: string
  muted: string
  halo: string
  selection: string
  red: string
  amber: string
  green: string
  blue: string
  violet: string
  orange: string
  /** Rim of point symbols, so that they stand out on any fill. */
  rim: string
  /** Five steps from little to much. */
  steps: readonly [string, string, string, string, string]
}

/** The two looks of every map. */
export type Theme = 'light' | 'dark'

/** Tablet, planner and desk: daylight, paper-like. */
export const light: Palette = {
  name: 'light',
  ground: '#f2f3f0',
  water: '#b9d3e6',
  park: '#d5e4cc',
  road: '#ffffff',
  roadCasing: '#c9cbc7',
  building: '#7a746a',
  buildingLine: '#3f3a33',
  grids: ['#dceafe', '#f6cf96', '#c0bcab', '#91b9f3', '#f1efe6', '#b4bbcb'],
  gridLine: '#7a0010',
  communityLine: '#4a0008',
  ink: '#1c1f23',
  muted: '#4d545c',
  halo: '#ffffff',
  selection: '#0b5cab',
  red: '#b3261e',
  amber: '#8a4b00',
  green: '#11603a',
  blue: '#0b5cab',
  violet: '#5b3f9b',
  orange: '#b84a00',
  rim: '#ffffff',
  steps: ['#fef0d9', '#fdcc8a', '#fc8d59', '#e34a33', '#b30000'],
}

/** The wall: a dark room, read from five metres. */
export const dark: Palette = {
  name: 'dark',
  ground: '#0a1119',
  water: '#0d2a40',
  park: '#12281f',
  road: '#2b4053',
  roadCasing: '#172633',
  building: '#31475b',
  buildingLine: '#52708c',
  grids: ['#0c6b8a', '#5c5b34', '#460327', '#203063', '#4e5a5a', '#312a03'],
  gridLine: '#9fd8f5',
  communityLine: '#e6f0f8',
  ink: '#e6f0f8',
  muted: '#a9bfd2',
  halo: '#0a1119',
  selection: '#ffd166',
  red: '#ff8a80',
  amber: '#ffd166',
  green: '#7ee2a8',
  blue: '#7fd0e8',
  violet: '#c5b0ff',
  orange: '#ffa666',
  rim: '#0a1119',
  steps: ['#12293f', '#1f4a66', '#33708f', '#569fbd', '#7fd0e8'],
}

/** The palette of a theme. */
export const palettes: Record<Theme, Palette> = { light, dark }

/** The fill of a grid by a number 0–5: that of a property, or an expression for it. Neighbours have different numbers. */
export function gridFill(
  palette: Palette,
  number: string | ExpressionSpecification = 'colour',
): ExpressionSpecification {
  const [a, b, c, d, e, f] = palette.grids
  return ['match', typeof number === 'string' ? ['get', number] : number, 0, a, 1, b, 2, c, 3, d, 4, e, f]
}
