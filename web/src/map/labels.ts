import type { SymbolLayerSpecification } from 'maplibre-gl'
import type { Palette } from './palette'
import { BOLD, FONT } from './style'

/** Layout of a label; sizes in pixels. */
export function label(size: number | unknown[], bold = false): SymbolLayerSpecification['layout'] {
  return {
    'text-font': bold ? BOLD : FONT,
    'text-size': size as number,
    'text-max-width': 9,
    'text-padding': 3,
  }
}

/** Paint of a label: readable on any fill. */
export function inked(palette: Palette, color = palette.ink, halo = 1.6): SymbolLayerSpecification['paint'] {
  return { 'text-color': color, 'text-halo-color': palette.halo, 'text-halo-width': halo }
}
