import { computed } from 'vue'
import { grids } from './grids'
import { actor } from './session'

/** Ids of the grids the person works in by name: grants whose path ends in a grid, `d1.s2.c3.g45`. */
export const ownGridIds = computed(() => [
  ...new Set(
    (actor.value?.grants ?? []).flatMap(({ path }) => {
      const last = /(?:^|\.)g(\d+)$/.exec(path)?.[1]
      return last ? [Number(last)] : []
    }),
  ),
])

/** Those grids with their counts, once the register has been read. */
export const ownGrids = computed(() =>
  ownGridIds.value.flatMap((id) => {
    const grid = grids.byId.value.get(id)
    return grid ? [grid] : []
  }),
)
