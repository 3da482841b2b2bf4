/** How a thing is drawn on the map, for a key beside it. */
export type LegendMark =
  | { kind: 'symbol'; path: string; fill: string; rim: string; letter?: string; letterColor?: string }
  | { kind: 'line'; color: string; dashed?: boolean; width?: number }
  | { kind: 'area'; fill: string; edge?: string; hatched?: boolean }

/** One line of a legend; the count tells how many there are, when known. */
export interface LegendItem {
  label: string
  mark: LegendMark
  count?: number
}
