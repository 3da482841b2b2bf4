import { onScopeDispose, ref, shallowRef } from 'vue'
import type { ApiError } from '@/api/client'
import { fetchPlanGrids, fetchPlanSheet, type PlanGrid, type PlanSheet } from '@/store/plans'

/** A grid with what is printed of it. */
export interface PrintedGrid {
  grid: PlanGrid
  sheet: PlanSheet
}

/** Fetches the sheets of grids one by one, so that it can be stopped with those that are ready. */
export function usePlanSheets(plan: number) {
  const ready = shallowRef<readonly PrintedGrid[]>([])
  /** Every grid of the plan with its outline. */
  const all = shallowRef<readonly PlanGrid[]>([])
  const busy = ref(false)
  const failed = shallowRef<{ n: number; why: string } | null>(null)
  let run = 0

  async function prepare() {
    const mine = ++run
    all.value = ready.value = []
    failed.value = null
    busy.value = true
    const attempt = async (work: () => Promise<void>) => {
      try {
        await work()
      } catch (cause) {
        failed.value = { n: (failed.value?.n ?? 0) + 1, why: (cause as ApiError).message }
      }
    }
    // An editor knows cells, not outlines: those come first.
    await attempt(async () => {
      const grids = (await fetchPlanGrids(plan)).filter(({ cells }) => cells > 0)
      if (mine === run) all.value = grids
    })
    for (const grid of all.value) {
      if (mine !== run) return
      await attempt(async () => {
        const sheet = await fetchPlanSheet(plan, grid.grid)
        if (mine === run) ready.value = [...ready.value, { grid, sheet }]
      })
    }
    if (mine === run) busy.value = false
  }
  function stop() {
    run++
    busy.value = false
  }
  onScopeDispose(stop)
  return { ready, all, busy, failed, prepare, stop }
}
