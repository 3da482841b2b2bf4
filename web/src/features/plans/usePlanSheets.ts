import { onScopeDispose, ref, shallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import { fetchPlanSheet, type PlanGrid, type PlanSheet } from '@/store/plans'

/** A grid with what is printed of it. */
export interface PrintedGrid {
  grid: PlanGrid
  sheet: PlanSheet
}

/** Fetches the sheets of grids one by one, so that it can be stopped with those that are ready. */
export function usePlanSheets(plan: number) {
  const ready = shallowRef<readonly PrintedGrid[]>([])
  const total = ref(0)
  const busy = ref(false)
  const failed = shallowRef<{ n: number; why: string } | null>(null)
  let run = 0

  async function prepare(grids: readonly PlanGrid[]) {
    const mine = ++run
    ready.value = []
    failed.value = null
    total.value = grids.length
    busy.value = true
    let missed = 0
    for (const grid of grids) {
      try {
        const sheet = await fetchPlanSheet(plan, grid.grid)
        if (mine !== run) return
        ready.value = [...ready.value, { grid, sheet }]
      } catch (cause) {
        if (mine !== run) return
        failed.value = { n: ++missed, why: (cause as ApiError).message }
      }
    }
    busy.value = false
  }
  function stop() {
    run++
    busy.value = false
  }
  onScopeDispose(stop)
  return { ready, total, busy, failed, prepare, stop }
}
