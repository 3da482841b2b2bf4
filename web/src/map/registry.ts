import type { Component } from 'vue'
import type { TextKey } from '@/ui/text'
import type { Hue, Shape } from './icons'
import type { Palette, Theme } from './palette'

/** Faces that show a map. */
export type Face = 'tablet' | 'wall' | 'planner' | 'desk'

/** One line of a legend: a symbol, a line or an area, and what it means. */
export type LegendEntry =
  | { label: string; shape: Shape; hue: Hue; letter?: string }
  | { label: string; line: string; dashed?: boolean }
  | { label: string; fill: string; edge?: string; hatched?: boolean }

/** What a layer says about itself; nobody else knows it. */
export interface LayerAbout {
  /** Key in links and in what the device remembers. */
  id: string
  title: TextKey
  /** Heading under which the layer switch lists it. */
  group: 'place' | 'party' | 'service' | 'work'
  /** Place within its group, small first. */
  order: number
  /** Faces that have the layer on at first; absent elsewhere means off but on offer. */
  on: readonly Face[]
  /** Lines of the legend while the layer is on. */
  legend: (palette: Palette) => LegendEntry[]
}

/** A layer as the faces mount it. */
export interface LayerModule {
  default: Component
  about: LayerAbout
}

const groups: LayerAbout['group'][] = ['place', 'party', 'service', 'work']

/** The layers of `map/layers/index.ts` in the order in which a list shows them. */
export function inOrder(modules: Record<string, LayerModule>): LayerModule[] {
  const rank = ({ about }: LayerModule) => groups.indexOf(about.group) * 1000 + about.order
  return Object.values(modules).sort((a, b) => rank(a) - rank(b))
}

export type { Palette, Theme }
