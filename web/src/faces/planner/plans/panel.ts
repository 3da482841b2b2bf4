/** The tabs beside the map of a plan. */
export type PanelTab = 'grids' | 'checks' | 'impact' | 'compare' | 'walks' | 'comments' | 'border'
