/*
 * The layers of the map. A layer is one file beside this one: a renderless
 * component plus `export const about: LayerAbout` in a plain script block.
 * Adding one takes that file and one line here:
 *
 *   export * as grids from './GridLayer.vue'
 *
 * Drawing order is the business of slots.ts, never of this list.
 */
export {}
