import { ref, shallowRef, watch } from 'vue'
import type { ApiError } from '@/api/client'
import type { Draft } from '@/features/plans/useDraft'
import { fetchCellCuts, type CellCut } from '@/store/cells'
import { t } from '@/ui/text'
import { say } from '@/ui/toast'

/** The cuts in the communities of a draft, read anew whenever its ground is. */
export function useCutList(draft: Draft) {
  const cuts = shallowRef<readonly CellCut[]>([])
  const state = ref<'loading' | 'ready' | 'error'>('loading')
  const error = shallowRef<ApiError | null>(null)
  /** The cut that is being healed; 0 for none. */
  const healing = ref(0)

  async function load() {
    const towns = (draft.plan.value?.communities ?? []).map(({ id }) => id)
    try {
      const all = await fetchCellCuts(towns.length === 1 ? towns[0]! : 0)
      cuts.value = all.filter(({ community }) => towns.includes(community.id))
      state.value = 'ready'
    } catch (cause) {
      error.value = cause as ApiError
      state.value = 'error'
    }
  }
  async function heal({ id }: CellCut) {
    healing.value = id
    if (await draft.cuts.heal(id)) say(t('cells.healed'), 'good')
    healing.value = 0
  }
  watch(draft.ground, load, { immediate: true })
  return { cuts, state, error, load, heal, healing }
}
