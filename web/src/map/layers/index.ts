/*
 * The layers of the map. A layer is one file beside this one: a renderless
 * component plus `export const about: LayerAbout` in a plain script block.
 * Adding one takes that file and one line here:
 *
 *   export * as grids from './GridLayer.vue'
 *
 * Drawing order is the business of slots.ts, never of this list.
 */
export * as areas from './AreaLayer.vue'
export * as branches from './BranchLayer.vue'
export * as buildings from './BuildingLayer.vue'
export * as courtyards from './CourtyardLayer.vue'
export * as grids from './GridLayer.vue'
export * as ground from './GroundLayer.vue'
export * as hubs from './HubLayer.vue'
export * as incidents from './IncidentLayer.vue'
export * as institutions from './InstitutionLayer.vue'
export * as lanes from './LaneLayer.vue'
export * as micros from './MicroLayer.vue'
export * as points from './PointLayer.vue'
export * as roads from './RoadLayer.vue'
export * as teams from './TeamLayer.vue'
export * as visits from './VisitLayer.vue'
