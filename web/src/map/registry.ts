import type { Component } from 'vue'
import type { LegendItem } from '@/ui/legend'
import type { TextKey } from '@/ui/text'
import type { Palette } from './palette'

/** Faces that show a map. */
export type Face = 'tablet' | 'wall' | 'planner' | 'desk'

/** Headings of the layer switch, in their order. */
export const groups = ['place', 'party', 'service', 'work'] as const

/** One of the headings. */
export type LayerGroup = (typeof groups)[number]

/** What a layer says about itself; nobody else knows it. */
export interface LayerAbout {
  /** Key in links and in what the device remembers. */
  id: string
  title: TextKey
  /** Heading under which the layer switch lists it. */
  group: LayerGroup
  /** Place within its group, small first. */
  order: number
  /** Faces that have the layer on at first; absent elsewhere means off but on offer. */
  on: readonly Face[]
  /** Lines of the legend while the layer is on. */
  legend: (palette: Palette) => LegendItem[]
}

/** A layer as the faces mount it. */
export interface LayerModule {
  default: Component
  about: LayerAbout
}

/** The layers of `map/layers/index.ts` in the order in which a list shows them. */
export function inOrder(modules: Record<string, LayerModule>): LayerModule[] {
  const rank = ({ about }: LayerModule) => groups.indexOf(about.group) * 1000 + about.order
  return Object.values(modules).sort((a, b) => rank(a) - rank(b))
}
