import type { Map as MapLibreMap } from 'maplibre-gl'
import type { LegendMark } from '@/ui/legend'
import { palettes, type Palette, type Theme } from './palette'

/** Shapes of point symbols. Things of different kind differ by shape first and by colour second. */
export const SHAPES = [
  'circle',
  'triangle',
  'square',
  'diamond',
  'hexagon',
  'star',
  'house',
  'flag',
  'ring',
] as const

/** One of the shapes. */
export type Shape = (typeof SHAPES)[number]

/** Names of palette colours a symbol may have. */
export type Hue = 'red' | 'amber' | 'green' | 'blue' | 'violet' | 'orange' | 'muted'

/**
 * The image id of a symbol for `icon-image`; it is drawn when the map first
 * asks for it. `letter` is one or two characters set inside (a kind's short name).
 */
export function icon(palette: Palette, shape: Shape, hue: Hue, letter = ''): string {
  return ['icon', palette.name, shape, hue, letter].join(':')
}

const SIZE = 28 // CSS pixels from edge to edge
const RATIO = 2 // drawn twice as large for dense screens

/** Makes the map draw the images that icon names. */
export function resolveIcons(map: MapLibreMap): void {
  map.setMissingStyleImageResolver((id) => {
    const [kind, theme, shape, hue, letter] = id.split(':')
    if (kind !== 'icon' || map.hasImage(id)) return
    map.addImage(id, drawIcon(palettes[theme as Theme], shape as Shape, hue as Hue, letter ?? ''), {
      pixelRatio: RATIO,
    })
  })
}

/** Draws one symbol, rim and all, on a square of SIZE × SIZE CSS pixels. */
export function drawIcon(palette: Palette, shape: Shape, hue: Hue, letter: string): ImageData {
  const canvas = new OffscreenCanvas(SIZE * RATIO, SIZE * RATIO)
  const c = canvas.getContext('2d')!
  c.scale(RATIO, RATIO)
  c.translate(SIZE / 2, SIZE / 2)
  c.lineJoin = 'round'
  outline(c, shape, 10.5)
  c.lineWidth = 5
  c.strokeStyle = palette.rim
  c.stroke()
  c.fillStyle = shape === 'ring' ? palette.rim : palette[hue]
  c.fill()
  if (shape === 'ring') {
    c.lineWidth = 3.5
    c.strokeStyle = palette[hue]
    c.stroke()
  }
  if (letter) {
    c.fillStyle = shape === 'ring' ? palette[hue] : palette.rim
    c.font = `700 ${letter.length > 1 ? 9 : 12}px 'Noto Sans SC', sans-serif`
    c.textAlign = 'center'
    c.textBaseline = 'middle'
    c.fillText(letter, 0, shape === 'triangle' || shape === 'house' ? 2.5 : 0.5)
  }
  return c.getImageData(0, 0, SIZE * RATIO, SIZE * RATIO)
}

/** Corners of the shapes on the unit circle or square, y down. */
const corners: Record<Exclude<Shape, 'circle' | 'ring'>, [number, number][]> = {
  triangle: [
    [0, -1.1],
    [1.05, 0.8],
    [-1.05, 0.8],
  ],
  square: [
    [-0.86, -0.86],
    [0.86, -0.86],
    [0.86, 0.86],
    [-0.86, 0.86],
  ],
  diamond: [
    [0, -1.15],
    [1.15, 0],
    [0, 1.15],
    [-1.15, 0],
  ],
  hexagon: [
    [-0.55, -0.95],
    [0.55, -0.95],
    [1.1, 0],
    [0.55, 0.95],
    [-0.55, 0.95],
    [-1.1, 0],
  ],
  star: star(5, 1.15, 0.58),
  house: [
    [0, -1.1],
    [1.1, -0.15],
    [0.8, -0.15],
    [0.8, 0.9],
    [-0.8, 0.9],
    [-0.8, -0.15],
    [-1.1, -0.15],
  ],
  flag: [
    [-0.8, -1.05],
    [0.95, -0.45],
    [-0.35, 0.1],
    [-0.35, 1.05],
    [-0.8, 1.05],
  ],
}

function star(points: number, outer: number, inner: number): [number, number][] {
  return Array.from({ length: points * 2 }, (_, i) => {
    const r = i % 2 === 0 ? outer : inner
    const angle = (Math.PI * i) / points - Math.PI / 2
    return [r * Math.cos(angle), r * Math.sin(angle)]
  })
}

function outline(c: OffscreenCanvasRenderingContext2D, shape: Shape, r: number): void {
  c.beginPath()
  if (shape === 'circle' || shape === 'ring') c.arc(0, 0, r, 0, 2 * Math.PI)
  else for (const [x, y] of corners[shape]) c.lineTo(x * r, y * r)
  c.closePath()
}

/** The same outline as an SVG path in a 28 × 28 box, for legends and lists. */
export function iconPath(shape: Shape): string {
  const r = 10.5
  const at = (x: number, y: number) => `${(14 + x * r).toFixed(2)} ${(14 + y * r).toFixed(2)}`
  if (shape === 'circle' || shape === 'ring')
    return `M${at(-1, 0)}A${r} ${r} 0 1 1 ${at(1, 0)}A${r} ${r} 0 1 1 ${at(-1, 0)}Z`
  return `M${corners[shape].map(([x, y]) => at(x, y)).join('L')}Z`
}

/** The same symbol as icon draws on the map, for a legend. */
export function legendMark(palette: Palette, shape: Shape, hue: Hue, letter = ''): LegendMark {
  const ring = shape === 'ring'
  const fill = ring ? palette.rim : palette[hue]
  const rim = ring ? palette[hue] : palette.rim
  return { kind: 'symbol', path: iconPath(shape), fill, rim, letter, letterColor: rim }
}
